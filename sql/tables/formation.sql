CREATE TABLE pgautofailover.formation (
    formationid text PRIMARY KEY DEFAULT 'default',
    kind text NOT NULL DEFAULT 'pgsql',
    dbname name NOT NULL DEFAULT 'postgres',
    opt_secondary bool NOT NULL DEFAULT true,
    number_sync_standbys int NOT NULL DEFAULT 0,
    stays_at_zero bool NOT NULL DEFAULT false,
    CONSTRAINT formation_kind_check CHECK (kind = 'pgsql'),
    CONSTRAINT number_sync_standbys_is_not_negative CHECK (number_sync_standbys >= 0),
    -- Without standbys nobody can confirm a commit, and all writes would wait for ever.
    CONSTRAINT confirmations_need_standbys CHECK (opt_secondary OR number_sync_standbys = 0),
    CONSTRAINT formation_id_fits_a_notification CHECK (octet_length(formationid) BETWEEN 1 AND 255),
    -- What an operator has chosen is what there is.
    CONSTRAINT zero_that_stays_is_zero CHECK (NOT stays_at_zero OR number_sync_standbys = 0)
);
COMMENT ON TABLE pgautofailover.formation IS 'a set of groups that serve one database';
COMMENT ON COLUMN pgautofailover.formation.kind IS 'pgsql, the only kind there is';
COMMENT ON COLUMN pgautofailover.formation.dbname IS 'the database that clients connect to';
COMMENT ON COLUMN pgautofailover.formation.opt_secondary IS 'may groups have standbys?';
COMMENT ON COLUMN pgautofailover.formation.number_sync_standbys IS 'how many standbys must confirm a commit; with 0 a primary goes on alone when all are lost';
COMMENT ON COLUMN pgautofailover.formation.stays_at_zero IS 'an operator has set number_sync_standbys to 0: a second standby does not raise it';

INSERT INTO pgautofailover.formation DEFAULT VALUES;
