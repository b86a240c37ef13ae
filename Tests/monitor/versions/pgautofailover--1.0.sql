\echo Use "CREATE EXTENSION pgautofailover" to load this file. \quit
LOAD 'MODULE_PATHNAME';

-- file: roles.sql
-- The role that keepers connect as. It outlives the extension, since a role belongs to the whole server.
DO $$
BEGIN
    CREATE ROLE autoctl_node LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- it exists already, perhaps made by another database at this very moment
END $$;

-- file: tables/replication_state.sql
-- The name of a node's state. A domain, not an enum: a value added to an enum cannot be used in the
-- transaction that adds it, and an extension's upgrade is one transaction. The values are the rows of
-- pgautofailover.node_state.
CREATE DOMAIN pgautofailover.replication_state AS text;
COMMENT ON DOMAIN pgautofailover.replication_state IS 'the name of a node''s state: a row of node_state';

-- file: tables/node_state.sql
CREATE TABLE pgautofailover.node_state (
    name pgautofailover.replication_state PRIMARY KEY,
    takes_writes bool NOT NULL,
    is_settled bool NOT NULL,
    is_stopped bool NOT NULL,
    is_detached bool NOT NULL,
    means text NOT NULL
);
COMMENT ON TABLE pgautofailover.node_state IS 'the states of a node';
COMMENT ON COLUMN pgautofailover.node_state.takes_writes IS 'the server accepts writes';
COMMENT ON COLUMN pgautofailover.node_state.is_settled IS 'a node may stay in it: a report that repeats it runs no rule';
COMMENT ON COLUMN pgautofailover.node_state.is_stopped IS 'reported only once the server is stopped; it starts again only on a new assignment';
COMMENT ON COLUMN pgautofailover.node_state.is_detached IS 'reported only once the server has durably stopped receiving from the old primary';

INSERT INTO pgautofailover.node_state (name, takes_writes, is_settled, is_stopped, is_detached, means) VALUES
  ('unknown',             false, false, false, false, 'never assigned; what an unheard node would report'),
  ('init',                false, false, false, false, 'registered, nothing done yet'),
  ('single',              true,  true,  false, false, 'the only node of its group; takes writes'),
  ('wait_primary',        true,  true,  false, false, 'a primary that may acknowledge alone, because no standby can confirm'),
  ('primary',             true,  true,  false, false, 'a primary whose commits wait for the standbys that the monitor named'),
  ('draining',            false, false, true,  false, 'a primary that was told to stop'),
  ('demote_timeout',      false, false, true,  false, 'a primary that was told to stop and for which the group waits'),
  ('demoted',             false, false, true,  false, 'a former primary, stopped, waiting for a primary to follow'),
  ('catchingup',          false, false, false, false, 'a standby on its way to follow the primary closely enough'),
  ('secondary',           false, true,  false, false, 'a standby that streams'),
  ('prepare_promotion',   false, false, false, true,  'a standby that has durably stopped receiving, about to be promoted'),
  ('stop_replication',    false, false, false, true,  'a candidate that waits until the old primary can surely write no more'),
  ('wait_standby',        false, false, false, false, 'registered as a standby, waiting for a primary that is ready for it'),
  ('maintenance',         false, true,  false, false, 'in the operator''s hands'),
  ('join_primary',        true,  false, false, false, 'kept for programs that know it; never assigned'),
  ('apply_settings',      true,  false, false, false, 'a primary that applies changed replication settings'),
  ('prepare_maintenance', false, false, true,  false, 'a primary that stops in order to enter maintenance'),
  ('wait_maintenance',    false, false, false, false, 'a standby that waits for the primary to do without it'),
  ('report_lsn',          false, false, false, true,  'a standby that has durably stopped receiving and told its position'),
  ('fast_forward',        false, false, false, true,  'an elected standby that fetches the WAL it lacks from another one, having stopped receiving from the old primary'),
  ('join_secondary',      false, false, false, false, 'a standby on its way to follow the node that was elected'),
  ('dropped',             false, false, true,  false, 'out of the group');

-- file: tables/formation.sql
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

-- file: tables/node_group.sql
CREATE TABLE pgautofailover.node_group (
    formationid text NOT NULL REFERENCES pgautofailover.formation,
    groupid int NOT NULL,
    primaryid bigint,
    sysidentifier bigint,
    tli int,
    asynchronouslsn pg_lsn,
    preferredid bigint,
    lossallowedby text,
    lossreliesonid bigint,
    PRIMARY KEY (formationid, groupid),
    -- Who decided, and on what: both or neither.
    CONSTRAINT loss_relies_on_a_node CHECK ((lossallowedby IS NULL) = (lossreliesonid IS NULL)),
    -- What the nodes' system identifiers refer to: one group, one cluster's data.
    CONSTRAINT one_system_identifier_in_a_group UNIQUE (formationid, groupid, sysidentifier)
);
COMMENT ON TABLE pgautofailover.node_group IS 'the servers that replicate from one primary, as one thing';
COMMENT ON COLUMN pgautofailover.node_group.primaryid IS 'the node that was last assigned a state that takes writes; during a failover still the old one';
COMMENT ON COLUMN pgautofailover.node_group.sysidentifier IS 'the system identifier that all nodes of the group share, once known';
COMMENT ON COLUMN pgautofailover.node_group.tli IS 'the timeline on which a primary of the group last reported to take writes';
COMMENT ON COLUMN pgautofailover.node_group.asynchronouslsn IS 'where the primary was when it first told that it takes writes and no other node took part in the replication quorum: commits after it may be lost with their primary, those before it may not; null while another node takes part';
COMMENT ON COLUMN pgautofailover.node_group.preferredid IS 'the node that an operator wants to be the next primary, until there is one';
COMMENT ON COLUMN pgautofailover.node_group.lossallowedby IS 'who decided that the failover under way may lose acknowledged commits';
COMMENT ON COLUMN pgautofailover.node_group.lossreliesonid IS 'the node that had most of what was left when that was decided: what it has is not lost, and without it the decision ends';

-- file: tables/registered_node.sql
-- What lasts of a node: its identity, its settings, and the states it was assigned and has reached.
CREATE TABLE pgautofailover.registered_node (
    formationid text NOT NULL DEFAULT 'default',
    nodeid bigserial PRIMARY KEY,
    groupid int NOT NULL,
    nodename text NOT NULL,
    nodehost text NOT NULL,
    nodeport int NOT NULL,
    sysidentifier bigint,
    goalstate pgautofailover.replication_state NOT NULL DEFAULT 'init' REFERENCES pgautofailover.node_state,
    reportedstate pgautofailover.replication_state NOT NULL REFERENCES pgautofailover.node_state,
    statechangetime timestamptz NOT NULL,
    candidatepriority int NOT NULL DEFAULT 100,
    replicationquorum bool NOT NULL DEFAULT true,
    nodecluster text NOT NULL DEFAULT 'default',
    reportnumber bigint NOT NULL DEFAULT 0,
    detachedtli int,
    detachedlsn pg_lsn,
    registeredfrom inet,
    FOREIGN KEY (formationid, groupid) REFERENCES pgautofailover.node_group,
    -- Data of another cluster never enters a group.
    CONSTRAINT same_system_identifier_within_group
        FOREIGN KEY (formationid, groupid, sysidentifier)
        REFERENCES pgautofailover.node_group (formationid, groupid, sysidentifier)
        DEFERRABLE INITIALLY IMMEDIATE,
    CONSTRAINT node_formationid_nodename_key UNIQUE (formationid, nodename),
    CONSTRAINT node_nodehost_nodeport_key UNIQUE (nodehost, nodeport),
    CONSTRAINT name_and_host_fit_a_notification CHECK (octet_length(nodename) <= 255 AND octet_length(nodehost) <= 255),
    CONSTRAINT node_nodeport_check CHECK (nodeport BETWEEN 1 AND 65535)
) WITH (fillfactor = 50);
-- Never two writers by assignment: the database itself refuses the second.
CREATE UNIQUE INDEX one_writer_in_a_group ON pgautofailover.registered_node (formationid, groupid)
    WHERE goalstate IN ('single', 'wait_primary', 'primary', 'join_primary', 'apply_settings');

COMMENT ON TABLE pgautofailover.registered_node IS 'what lasts of a node: identity, settings, states';
COMMENT ON COLUMN pgautofailover.registered_node.goalstate IS 'the state the node should be in';
COMMENT ON COLUMN pgautofailover.registered_node.reportedstate IS 'the state the node said it is in';
COMMENT ON COLUMN pgautofailover.registered_node.statechangetime IS 'when the goal or the reported state last changed';
COMMENT ON COLUMN pgautofailover.registered_node.candidatepriority IS '0: never leads; else the highest leads';
COMMENT ON COLUMN pgautofailover.registered_node.reportnumber IS 'the keeper''s number of the report that last changed something; 0: it does not number them';
COMMENT ON COLUMN pgautofailover.registered_node.replicationquorum IS 'takes part in the replication quorum';
COMMENT ON COLUMN pgautofailover.registered_node.detachedtli IS 'the timeline of detachedlsn';
COMMENT ON COLUMN pgautofailover.registered_node.detachedlsn IS 'the position it reported since it has durably stopped receiving from the old primary; null: it has not';
COMMENT ON COLUMN pgautofailover.registered_node.registeredfrom IS 'the address that the registration came from; null: this host. Repeated from there, it is answered anew until the node has reported';

-- file: tables/node_report.sql
-- What a keeper repeats each second and the health worker sees each second: not worth a disk write.
-- After a crash of the monitor it is empty: unknown until heard again.
CREATE UNLOGGED TABLE pgautofailover.node_report (
    nodeid bigint PRIMARY KEY REFERENCES pgautofailover.registered_node ON DELETE CASCADE,
    reporttime timestamptz,
    reportingsince timestamptz,
    pgisrunning bool,
    runningsince timestamptz,
    notrunningsince timestamptz,
    repstate text NOT NULL DEFAULT '',
    nopeersince timestamptz,
    tli int NOT NULL DEFAULT 1,
    lsn pg_lsn NOT NULL DEFAULT '0/0',
    walreporttime timestamptz,
    standbynames text,
    upstreamsilence interval,
    problem text,
    health int NOT NULL DEFAULT -1,
    answer text,
    healthchecktime timestamptz,
    answeredtime timestamptz,
    reportnumber bigint,
    connected bigint[],
    applydelay int,
    CONSTRAINT health_is_unknown_bad_or_good CHECK (health IN (-1, 0, 1)),
    CONSTRAINT answer_is_one_of_three CHECK (answer IN ('answered', 'refused', 'silent'))
) WITH (fillfactor = 30);

COMMENT ON TABLE pgautofailover.node_report IS 'the latest report of each keeper and the latest probe of each server; not durable';
COMMENT ON COLUMN pgautofailover.node_report.reporttime IS 'when the keeper was last heard';
COMMENT ON COLUMN pgautofailover.node_report.reportingsince IS 'since when the keeper has been heard without a gap longer than node_considered_unhealthy_timeout';
COMMENT ON COLUMN pgautofailover.node_report.pgisrunning IS 'does the server answer its keeper? null: it is being restarted in place';
COMMENT ON COLUMN pgautofailover.node_report.runningsince IS 'since when the server has been reported to run';
COMMENT ON COLUMN pgautofailover.node_report.notrunningsince IS 'since when the server has not been reported to run';
COMMENT ON COLUMN pgautofailover.node_report.repstate IS 'on a primary: the best sync_state of its standbys; empty: it sees none';
COMMENT ON COLUMN pgautofailover.node_report.standbynames IS 'on a primary: the synchronous_standby_names in force and confirmed';
COMMENT ON COLUMN pgautofailover.node_report.upstreamsilence IS 'on a standby: how long it had heard nothing from the primary when it reported';
COMMENT ON COLUMN pgautofailover.node_report.problem IS 'what the keeper says is wrong';
COMMENT ON COLUMN pgautofailover.node_report.health IS 'the probe: -1 unknown, 0 bad, 1 good';
COMMENT ON COLUMN pgautofailover.node_report.answer IS 'the probe: the server answered, refused, or was silent until the deadline';
COMMENT ON COLUMN pgautofailover.node_report.nopeersince IS 'on a primary: since when it has reported to see no standby';
COMMENT ON COLUMN pgautofailover.node_report.answeredtime IS 'when the server last answered a probe';
COMMENT ON COLUMN pgautofailover.node_report.reportnumber IS 'the keeper''s number of this report: an older one that arrives late changes nothing';
COMMENT ON COLUMN pgautofailover.node_report.connected IS 'on a primary: the standbys that have answered it lately; null: its keeper does not tell';
COMMENT ON COLUMN pgautofailover.node_report.applydelay IS 'on a standby: recovery_min_apply_delay, in milliseconds; null: its keeper does not tell';

-- file: tables/synchronous_set.sql
-- The replication rules that a group's primary has or may have in force: one confirmed, and each that
-- was assigned since. A promotion must satisfy all of them (the quorum rule).
CREATE TABLE pgautofailover.synchronous_set (
    setid bigserial PRIMARY KEY,
    formationid text NOT NULL,
    groupid int NOT NULL,
    members bigint[] NOT NULL,
    needed int NOT NULL,
    is_confirmed bool NOT NULL,
    recordedtime timestamptz NOT NULL,
    FOREIGN KEY (formationid, groupid) REFERENCES pgautofailover.node_group ON DELETE CASCADE,
    -- Nobody to ask: the primary acknowledges alone. Somebody to ask: at least one must confirm.
    CONSTRAINT alone_or_confirmed_by_some CHECK ((needed = 0) = (members = '{}')),
    CONSTRAINT needed_is_not_more_than_members CHECK (needed <= cardinality(members))
);
CREATE UNIQUE INDEX one_confirmed_set ON pgautofailover.synchronous_set (formationid, groupid) WHERE is_confirmed;

COMMENT ON TABLE pgautofailover.synchronous_set IS 'which standbys must confirm commits of a group: the confirmed rule and those assigned since';
COMMENT ON COLUMN pgautofailover.synchronous_set.members IS 'the standbys in the quorum';
COMMENT ON COLUMN pgautofailover.synchronous_set.needed IS 'how many of them must confirm; 0: the primary may acknowledge alone';
COMMENT ON COLUMN pgautofailover.synchronous_set.is_confirmed IS 'the primary has applied it and had a position acknowledged under it';
COMMENT ON COLUMN pgautofailover.synchronous_set.recordedtime IS 'since when the primary may have it in force';

-- file: tables/event.sql
CREATE TABLE pgautofailover.event (
    eventid bigserial PRIMARY KEY,
    eventtime timestamptz NOT NULL,
    formationid text NOT NULL,
    nodeid bigint NOT NULL,
    groupid int NOT NULL,
    nodename text NOT NULL,
    nodehost text NOT NULL,
    nodeport int NOT NULL,
    reportedstate pgautofailover.replication_state NOT NULL,
    goalstate pgautofailover.replication_state NOT NULL,
    reportedrepstate text,
    reportedtli int NOT NULL DEFAULT 1,
    reportedlsn pg_lsn NOT NULL DEFAULT '0/0',
    candidatepriority int,
    replicationquorum bool,
    description text,
    rule_pos int,
    facts text[]
);
CREATE INDEX event_formation_group ON pgautofailover.event (formationid, groupid, eventid);

COMMENT ON TABLE pgautofailover.event IS 'what happened and why: each failover explains itself a year later';
COMMENT ON COLUMN pgautofailover.event.rule_pos IS 'the rule that spoke';
COMMENT ON COLUMN pgautofailover.event.facts IS 'what was true when it spoke';

-- file: tables/node_standing.sql
-- What is known of a node now: the row of node_status, which the questions about a group are given.
CREATE TYPE pgautofailover.node_standing AS (
    nodeid bigint,
    nodename text,
    nodehost text,
    nodeport int,
    reportedstate text,
    goalstate text,
    statechangetime timestamptz,
    candidatepriority int,
    replicationquorum bool,
    is_primary bool,        -- it was last assigned a state that takes writes
    is_serving bool,        -- it takes writes, by assignment and report, and its keeper says that it runs
    is_fresh bool,          -- its keeper was heard lately
    is_healthy bool,        -- its keeper says, now, that the server runs
    is_lost bool,           -- its keeper says that it is down, or all witnesses are silent
    is_stopped bool,        -- it has reported that its server is stopped, and waits for an assignment
    is_detached bool,       -- it has durably stopped receiving, and is not told to receive again
    detachedtli int,
    detachedlsn pg_lsn,     -- the position it has reported since
    is_delayed bool,        -- it replays later than it receives, on purpose
    receives bool,          -- it receives from the primary
    receives_nothing bool,  -- it has heard nothing of a running primary for too long
    tli int,
    lsn pg_lsn,
    walreporttime timestamptz,
    reporttime timestamptz,
    answeredtime timestamptz
);
COMMENT ON TYPE pgautofailover.node_standing IS 'what is known of a node now';

-- file: views/node.sql
-- The node as programs know it: what lasts together with what was last heard.
CREATE VIEW pgautofailover.node AS
SELECT n.formationid, n.nodeid, n.groupid, n.nodename, n.nodehost, n.nodeport, n.sysidentifier,
       n.goalstate, n.reportedstate,
       r.pgisrunning AS reportedpgisrunning,
       coalesce(r.repstate, '') AS reportedrepstate,
       coalesce(r.reporttime, n.statechangetime) AS reporttime,
       coalesce(r.tli, 1) AS reportedtli,
       coalesce(r.lsn, '0/0') AS reportedlsn,
       coalesce(r.walreporttime, n.statechangetime) AS walreporttime,
       coalesce(r.health, -1) AS health,
       coalesce(r.healthchecktime, n.statechangetime) AS healthchecktime,
       n.statechangetime, n.candidatepriority, n.replicationquorum, n.nodecluster,
       r.problem AS reportedproblem
  FROM pgautofailover.registered_node n
  LEFT JOIN pgautofailover.node_report r USING (nodeid);
COMMENT ON VIEW pgautofailover.node IS 'the nodes, with what was last heard of them';

-- file: tables/update_secondary_check.sql
-- Refuses to forbid standbys in a formation that has some. It checks, and changes nothing.
CREATE OR REPLACE FUNCTION pgautofailover.update_secondary_check()
RETURNS trigger LANGUAGE plpgsql
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE _standby registered_node;
BEGIN
    IF NEW.opt_secondary OR NOT OLD.opt_secondary THEN
        RETURN NEW;
    END IF;
    SELECT * INTO _standby FROM registered_node
     WHERE formationid = NEW.formationid AND reportedstate <> 'single' AND goalstate <> 'dropped'
     ORDER BY nodeid LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'formation "%" has a node that is not single: its standbys cannot be forbidden', NEW.formationid
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('%s is in state %s.',
                                  node_description(_standby.nodeid, _standby.nodename, _standby.nodehost, _standby.nodeport),
                                  _standby.reportedstate),
                  HINT = 'Drop the standbys first with: pg_autoctl drop node';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION pgautofailover.update_secondary_check IS 'refuses to forbid standbys in a formation that has some';

CREATE TRIGGER disable_secondary_check BEFORE UPDATE ON pgautofailover.formation
    FOR EACH ROW EXECUTE FUNCTION pgautofailover.update_secondary_check();

-- file: tables/restore_seeded_formation.sql
-- CREATE EXTENSION makes the formation 'default', and a dump of a monitor brings its own: while the one
-- that is here is as it was made, and has never had a node, it becomes the one of the dump. Any other
-- duplicate is refused by the primary key. (create_formation looks for itself, under the group's lock.)
CREATE OR REPLACE FUNCTION pgautofailover.restore_seeded_formation()
RETURNS trigger LANGUAGE plpgsql
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    UPDATE formation f
       SET kind = NEW.kind, dbname = NEW.dbname, opt_secondary = NEW.opt_secondary, number_sync_standbys = NEW.number_sync_standbys,
           stays_at_zero = NEW.stays_at_zero
     WHERE f.formationid = NEW.formationid
       AND (f.dbname, f.opt_secondary, f.number_sync_standbys) = ('postgres', true, 0)
       AND NOT EXISTS (SELECT FROM node_group g WHERE g.formationid = f.formationid);
    IF FOUND THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION pgautofailover.restore_seeded_formation IS 'lets a restored formation replace the unused one that the extension made';

CREATE TRIGGER restore_seeded_formation BEFORE INSERT ON pgautofailover.formation
    FOR EACH ROW WHEN (NEW.formationid = 'default') EXECUTE FUNCTION pgautofailover.restore_seeded_formation();

-- file: predicates/monitor_clock.sql
-- The only function that reads the clock. Commands ask it once, after their lock, and pass the answer
-- down. In tests a superuser's setting answers instead.
CREATE OR REPLACE FUNCTION pgautofailover.monitor_clock()
RETURNS timestamptz LANGUAGE sql VOLATILE
RETURN coalesce(nullif(current_setting('pgautofailover.test_clock', true), '')::timestamptz, clock_timestamp());

-- file: predicates/monitor_start.sql
-- Since when the monitor has been able to hear anybody. Under a test's clock: when the test says, or
-- long since.
CREATE OR REPLACE FUNCTION pgautofailover.monitor_start()
RETURNS timestamptz LANGUAGE sql STABLE
RETURN CASE WHEN coalesce(current_setting('pgautofailover.test_clock', true), '') = ''
            THEN pg_postmaster_start_time()
            ELSE coalesce(nullif(current_setting('pgautofailover.test_start', true), '')::timestamptz,
                          '2000-01-01 00:00:00+00') END;

-- file: predicates/setting_interval.sql
-- A setting of the extension that is a time, or what holds when the library is not loaded.
CREATE OR REPLACE FUNCTION pgautofailover.setting_interval(name text, otherwise interval)
RETURNS interval LANGUAGE sql STABLE
RETURN coalesce(nullif(current_setting('pgautofailover.' || setting_interval.name, true), '')::interval, setting_interval.otherwise);

-- file: predicates/setting_integer.sql
-- A setting of the extension that is a number, or what holds when the library is not loaded.
CREATE OR REPLACE FUNCTION pgautofailover.setting_integer(name text, otherwise bigint)
RETURNS bigint LANGUAGE sql STABLE
RETURN coalesce(nullif(current_setting('pgautofailover.' || setting_integer.name, true), '')::bigint, setting_integer.otherwise);

-- file: predicates/unhealthy_timeout.sql
-- How long somebody may be silent before silence means something.
CREATE OR REPLACE FUNCTION pgautofailover.unhealthy_timeout()
RETURNS interval LANGUAGE sql STABLE
RETURN pgautofailover.setting_interval('node_considered_unhealthy_timeout', interval '3 seconds');

-- file: predicates/is_fresh.sql
-- Is this recent enough to believe? What was never heard is not.
CREATE OR REPLACE FUNCTION pgautofailover.is_fresh(heard_at timestamptz, at timestamptz)
RETURNS bool LANGUAGE sql STABLE
RETURN coalesce(is_fresh.at - is_fresh.heard_at < pgautofailover.unhealthy_timeout(), false);

-- file: predicates/wal_is_within.sql
-- Do two positions lie within this many bytes? An unknown position (0/0) is within nothing.
CREATE OR REPLACE FUNCTION pgautofailover.wal_is_within(one pg_lsn, other pg_lsn, bytes bigint)
RETURNS bool LANGUAGE sql IMMUTABLE
RETURN one <> '0/0' AND other <> '0/0' AND abs(one - other) <= bytes;

-- file: predicates/node_label.sql
-- How rules name where a node stands: 'primary', or 'primary->draining' on the way.
CREATE OR REPLACE FUNCTION pgautofailover.node_label(reported text, goal text)
RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE WHEN reported = goal THEN reported ELSE reported || '->' || goal END;

-- file: predicates/label_matches.sql
-- Does a node stand where one of these patterns says? A pattern is a state that is reported and
-- assigned ('primary'), a way ('wait_primary->primary'), or all ways to a goal ('*->primary').
CREATE OR REPLACE FUNCTION pgautofailover.label_matches(patterns text[], reported text, goal text)
RETURNS bool LANGUAGE sql IMMUTABLE
RETURN pgautofailover.node_label(reported, goal) = ANY (patterns)
       OR (reported <> goal AND '*->' || goal = ANY (patterns))
       OR '*' = ANY (patterns);

-- file: predicates/node_description.sql
-- A node in a sentence.
CREATE OR REPLACE FUNCTION pgautofailover.node_description(node_id bigint, node_name text, node_host text, node_port int)
RETURNS text LANGUAGE sql IMMUTABLE
RETURN format('node %s "%s" (%s:%s)', node_id, node_name, node_host, node_port);

-- file: predicates/standby_names_text.sql
-- A synchronous set as PostgreSQL's synchronous_standby_names spells it, the names being the
-- standbys' application_name; highest candidate priority first, then lowest id.
CREATE OR REPLACE FUNCTION pgautofailover.standby_names_text(members bigint[], needed int)
RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT CASE WHEN cardinality(standby_names_text.members) = 0 THEN ''
                ELSE format('ANY %s (%s)', standby_names_text.needed,
                            string_agg('pgautofailover_standby_' || m.id, ', '
                                       ORDER BY n.candidatepriority DESC NULLS LAST, m.id)) END
      FROM unnest(standby_names_text.members) AS m (id)
      LEFT JOIN pgautofailover.registered_node n ON n.nodeid = m.id;
END;

-- file: predicates/latest_synchronous_set.sql
-- The set that the primary was assigned last.
CREATE OR REPLACE FUNCTION pgautofailover.latest_synchronous_set(formation_id text, group_id int)
RETURNS SETOF pgautofailover.synchronous_set LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT s.setid, s.formationid, s.groupid, s.members, s.needed, s.is_confirmed, s.recordedtime
      FROM pgautofailover.synchronous_set s
     WHERE s.formationid = latest_synchronous_set.formation_id
       AND s.groupid = latest_synchronous_set.group_id
     ORDER BY s.setid DESC LIMIT 1;
END;

-- file: predicates/wanted_synchronous_set.sql
-- Who has to confirm the commits of a group's primary, as its nodes are assigned now: the quorum
-- standbys whose goal is to stream. Nobody: the primary acknowledges alone.
--
-- How many have to grows as standbys come to stream, up to number_sync_standbys. It never falls below
-- what was reached before, up to that number, when standbys are lost: commits then wait for any of the
-- quorum standbys to come back. With number_sync_standbys = 0 one confirms as long as there is one.
CREATE OR REPLACE FUNCTION pgautofailover.wanted_synchronous_set(formation_id text, group_id int,
    OUT members bigint[], OUT needed int)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    WITH standby AS (
        SELECT coalesce(array_agg(n.nodeid ORDER BY n.nodeid) FILTER (WHERE n.nodeid IS NOT NULL), '{}') AS registered,
               coalesce(array_agg(n.nodeid ORDER BY n.nodeid) FILTER (WHERE n.goalstate = 'secondary'), '{}') AS streaming,
               max(f.number_sync_standbys) AS demanded,
               coalesce(max((SELECT l.needed FROM pgautofailover.latest_synchronous_set(
                                 wanted_synchronous_set.formation_id, wanted_synchronous_set.group_id) l)), 0) AS reached
          FROM pgautofailover.formation f
          JOIN pgautofailover.node_group g ON g.formationid = f.formationid AND g.groupid = wanted_synchronous_set.group_id
          LEFT JOIN pgautofailover.registered_node n
                 ON n.formationid = g.formationid AND n.groupid = g.groupid
                AND n.replicationquorum AND n.goalstate <> 'dropped'
                AND n.nodeid IS DISTINCT FROM g.primaryid
         WHERE f.formationid = wanted_synchronous_set.formation_id
    ), wanted AS (
        SELECT s.registered, s.streaming,
               least(greatest(least(cardinality(s.streaming), greatest(s.demanded, 1)), least(s.reached, s.demanded)),
                     cardinality(s.registered)) AS needed
          FROM standby s
    )
    SELECT CASE WHEN w.needed = 0 THEN '{}'
                WHEN w.needed <= cardinality(w.streaming) THEN w.streaming
                ELSE w.registered END AS members,
           coalesce(w.needed, 0) AS needed
      INTO members, needed
      FROM wanted w;
END $$;

-- file: predicates/names_match.sql
-- Is this value of synchronous_standby_names the one of that set? The order of the names says nothing.
CREATE OR REPLACE FUNCTION pgautofailover.names_match(standby_names text, members bigint[], needed int)
RETURNS bool LANGUAGE sql IMMUTABLE
RETURN CASE
           WHEN names_match.needed = 0 THEN names_match.standby_names = ''
           ELSE names_match.standby_names ~ format('^ANY %s \(', names_match.needed)
                AND ARRAY(SELECT m[1]::bigint
                            FROM regexp_matches(names_match.standby_names, 'pgautofailover_standby_(\d+)', 'g') AS m
                           ORDER BY 1) = ARRAY(SELECT unnest(names_match.members) ORDER BY 1)
       END;

-- file: predicates/blocks_commits.sql
-- Would commits have to wait if this standby stopped streaming, because number_sync_standbys demands more?
CREATE OR REPLACE FUNCTION pgautofailover.blocks_commits(formation_id text, group_id int, node_id bigint)
RETURNS bool LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(bool_and(f.number_sync_standbys > 0
                             AND n.replicationquorum AND n.goalstate = 'secondary'
                             AND (SELECT count(*) FROM pgautofailover.registered_node o
                                   WHERE o.formationid = n.formationid AND o.groupid = n.groupid AND o.nodeid <> n.nodeid
                                     AND o.replicationquorum AND o.goalstate = 'secondary') < f.number_sync_standbys), false)
      FROM pgautofailover.registered_node n JOIN pgautofailover.formation f USING (formationid)
     WHERE n.formationid = blocks_commits.formation_id AND n.groupid = blocks_commits.group_id AND n.nodeid = blocks_commits.node_id;
END;

-- file: predicates/node_status.sql
-- What is known of each node of a group now: the three witnesses, weighed. Each column is true only
-- when it is known to be; what was not heard is false everywhere.
--
-- A node is lost when its keeper says so, or when all that could speak for it are silent: its keeper,
-- the monitor's probe, and the nodes connected to it. It is never lost before the monitor itself has
-- heard somebody of the group for the whole time: a monitor that was away believes nobody lost.
CREATE OR REPLACE FUNCTION pgautofailover.node_status(formation_id text, group_id int, at timestamptz)
RETURNS SETOF pgautofailover.node_standing LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH heard AS (
        SELECT n.nodeid, n.nodename, n.nodehost, n.nodeport, n.reportedstate, n.goalstate, n.statechangetime,
               n.candidatepriority, n.replicationquorum, n.detachedtli, n.detachedlsn,
               coalesce(n.nodeid = g.primaryid, false) AS is_primary,
               pgautofailover.is_fresh(r.reporttime, node_status.at) AS is_fresh,
               r.pgisrunning, r.runningsince, r.notrunningsince, r.repstate, r.tli, r.lsn, r.walreporttime, r.reporttime, r.answeredtime, r.nopeersince,
               r.connected, coalesce(r.applydelay, 0) > 0 AS is_delayed,
               r.reporttime - r.upstreamsilence AS upstream_heard_at,
               r.upstreamsilence,
               node_status.at - greatest(r.reporttime, pgautofailover.monitor_start())
                   >= pgautofailover.unhealthy_timeout() AS keeper_is_silent,
               r.health = 0 AND r.healthchecktime >= pgautofailover.monitor_start()
                   AND node_status.at - r.healthchecktime < 5 * pgautofailover.unhealthy_timeout() AS probe_fails,
               r.answer = 'silent' AS probe_is_silent,
               -- this node has been heard without a gap for the whole time that silence is measured over
               pgautofailover.is_fresh(r.reporttime, node_status.at)
                   AND node_status.at - r.reportingsince >= pgautofailover.unhealthy_timeout() AS is_steady_witness
          FROM pgautofailover.registered_node n
          JOIN pgautofailover.node_group g USING (formationid, groupid)
          LEFT JOIN pgautofailover.node_report r USING (nodeid)
         WHERE n.formationid = node_status.formation_id
           AND n.groupid = node_status.group_id
           AND n.goalstate <> 'dropped'
    ), witnessed AS (
        SELECT h.*,
               -- somebody connected to this node has heard it: a standby its primary, a primary its standbys
               CASE WHEN h.is_primary
                    THEN EXISTS (SELECT FROM heard other
                                  WHERE other.nodeid <> h.nodeid
                                    AND pgautofailover.is_fresh(other.upstream_heard_at, node_status.at))
                    ELSE EXISTS (SELECT FROM heard other
                                  WHERE other.is_primary AND other.nodeid <> h.nodeid AND other.is_fresh
                                    -- a keeper that does not tell whom it hears has but the one standby
                                    AND CASE WHEN other.connected IS NOT NULL THEN h.nodeid = ANY (other.connected)
                                             ELSE other.repstate <> '' AND (SELECT count(*) = 2 FROM heard) END)
               END AS is_heard_by_peer,
               -- a standby is given up only on the word of a primary that outlived it
               EXISTS (SELECT FROM heard other
                        WHERE other.nodeid <> h.nodeid AND other.is_steady_witness
                          AND (h.is_primary OR h.reporttime IS NULL
                               OR other.reporttime - h.reporttime >= pgautofailover.unhealthy_timeout()))
                   AS monitor_hears_others
          FROM heard h
    )
    SELECT w.nodeid, w.nodename, w.nodehost, w.nodeport, w.reportedstate::text, w.goalstate::text, w.statechangetime,
           w.candidatepriority, w.replicationquorum, w.is_primary,
           reported.takes_writes AND goal.takes_writes AND w.is_fresh AND coalesce(w.pgisrunning, false) AS is_serving,
           w.is_fresh,
           w.is_fresh AND coalesce(w.pgisrunning, false) AS is_healthy,
           coalesce(
               CASE
                   -- its keeper says that it does not run
                   WHEN w.is_fresh AND w.pgisrunning = false THEN true
                   -- its keeper has been restarting it for too long
                   WHEN w.is_fresh AND w.pgisrunning IS NULL
                       THEN node_status.at - w.notrunningsince > 5 * pgautofailover.unhealthy_timeout()
                   -- its keeper says that it runs, and nobody can reach it
                   WHEN w.is_fresh
                       THEN w.probe_fails AND w.probe_is_silent AND w.is_primary AND NOT w.is_heard_by_peer
                            AND w.monitor_hears_others
                            AND EXISTS (SELECT FROM heard other
                                         WHERE other.nodeid <> w.nodeid AND other.is_fresh
                                           AND other.upstreamsilence >= pgautofailover.unhealthy_timeout())
                   -- all three witnesses are silent
                   ELSE w.keeper_is_silent AND w.probe_fails AND NOT w.is_heard_by_peer AND w.monitor_hears_others
                        AND node_status.at - pgautofailover.monitor_start()
                            >= pgautofailover.setting_interval('startup_grace_period', interval '5 seconds')
               END, false) AS is_lost,
           reported.is_stopped AND goal.takes_writes IS FALSE AS is_stopped,
           reported.is_detached AND (goal.is_detached OR goal.takes_writes) AS is_detached,
           w.detachedtli, w.detachedlsn, w.is_delayed,
           -- it receives from the primary: by its own word, and by the primary's if that one tells whom it
           -- hears, since a standby may follow another node; else by what the primary sees
           w.is_fresh AND coalesce(w.pgisrunning, false)
               AND CASE WHEN w.upstreamsilence IS NOT NULL
                        THEN w.upstreamsilence < pgautofailover.unhealthy_timeout()
                             AND NOT EXISTS (SELECT FROM heard other
                                              WHERE other.is_primary AND other.is_fresh AND other.connected IS NOT NULL
                                                AND NOT w.nodeid = ANY (other.connected))
                        ELSE EXISTS (SELECT FROM heard other
                                      WHERE other.is_primary AND other.is_fresh AND other.repstate <> '') END
               AS receives,
           -- it says that it has heard nothing for too long (how old its report is does not count: that
           -- is not the primary's silence), or the primary says that it sees no standby; of a primary that
           -- has been running all the while, and has said so since: one that has just died is lost
           EXISTS (SELECT FROM heard other
                    WHERE other.is_primary AND other.nodeid <> w.nodeid AND other.is_fresh AND other.pgisrunning
                      AND NOT coalesce(other.probe_fails, false)
                      AND node_status.at - other.runningsince >= pgautofailover.unhealthy_timeout()
                      AND CASE WHEN w.is_fresh AND w.upstreamsilence IS NOT NULL
                               THEN coalesce(w.pgisrunning, false)
                                    AND w.upstreamsilence >= pgautofailover.unhealthy_timeout()
                                    AND other.reporttime - w.upstream_heard_at >= pgautofailover.unhealthy_timeout()
                               ELSE coalesce(other.reporttime - other.nopeersince >= pgautofailover.unhealthy_timeout(), false) END)
               AS receives_nothing,
           w.tli, w.lsn, w.walreporttime, w.reporttime, w.answeredtime
      FROM witnessed w
      JOIN pgautofailover.node_state reported ON reported.name = w.reportedstate
      JOIN pgautofailover.node_state goal ON goal.name = w.goalstate;
END;

-- file: election/election.sql
-- Who could lead the group now, in what order, and for each other node why not.
--
-- The quorum rule decides: of every set that the old primary may have in force, so many members have
-- stopped receiving that (a) one of them holds every acknowledged commit and (b) too few are left to
-- acknowledge anything more. `target` is the position that whoever leads must hold: the most advanced of
-- those members. If it is to be had from no living node, those that live must satisfy the rule by
-- themselves. A set that lets the primary run alone never satisfies it. Members on a later timeline than
-- the primary's went a different way and count for nothing.
--
-- When an operator accepts a loss, and every node that lives has told its position, the one that this
-- relies on among them, the most advanced of those is what remains: `is_by_loss`.
CREATE OR REPLACE FUNCTION pgautofailover.election(
    formation_id text, group_id int, standings pgautofailover.node_standing[])
RETURNS TABLE (nodeid bigint, is_in_every_set bool, suffices bool, may_lead bool, is_possible bool, is_decided bool, is_by_loss bool,
               target pg_lsn, is_complete bool, rank int, is_first_complete bool, excluded text)
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH node AS (
        SELECT s.*, coalesce(s.detachedlsn IS NOT NULL AND s.is_detached AND NOT s.is_primary
                             AND s.detachedtli <= coalesce(g.tli, s.detachedtli), false) AS counts,
               g.tli AS primary_tli, coalesce(s.nodeid = g.lossreliesonid AND s.is_healthy, false) AS is_loss_allowed,
               coalesce(s.nodeid = g.preferredid, false) AS is_preferred,
               g.lossallowedby IS NOT NULL AS is_loss_accepted
          FROM unnest(election.standings) AS s
          JOIN pgautofailover.node_group g
            ON g.formationid = election.formation_id AND g.groupid = election.group_id
    ), sets AS (
        SELECT s.members, s.needed FROM pgautofailover.synchronous_set s
         WHERE s.formationid = election.formation_id AND s.groupid = election.group_id
    ), quorum AS MATERIALIZED (
        SELECT coalesce(bool_and(s.needed > 0 AND c.counting >= cardinality(s.members) - s.needed + 1), false) AS by_all,
               coalesce(bool_and(s.needed > 0 AND c.counting_alive >= cardinality(s.members) - s.needed + 1), false) AS by_living,
               coalesce(bool_and(s.needed > 0 AND c.reachable >= cardinality(s.members) - s.needed + 1), false) AS is_possible
          FROM sets s
         CROSS JOIN LATERAL (
               SELECT count(*) FILTER (WHERE n.counts) AS counting,
                      count(*) FILTER (WHERE n.counts AND n.is_healthy) AS counting_alive,
                      count(*) FILTER (WHERE n.counts OR n.is_healthy) AS reachable
                 FROM node n WHERE n.nodeid = ANY (s.members) AND NOT n.is_primary) c
    ), best AS MATERIALIZED (
        SELECT max(n.detachedlsn) FILTER (WHERE m.is_member) AS of_all,
               max(n.detachedlsn) FILTER (WHERE m.is_member AND n.is_healthy) AS of_living,
               max(n.detachedlsn) FILTER (WHERE n.is_healthy) AS of_any_living,
               bool_or(n.is_loss_allowed)
                   AND NOT EXISTS (SELECT FROM node o WHERE NOT o.is_primary AND o.is_healthy AND NOT o.counts
                                                       AND o.goalstate = 'report_lsn') AS all_living_told
          FROM node n
         CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM sets s WHERE n.nodeid = ANY (s.members)) AS is_member) m
         WHERE n.counts
    ), outcome AS MATERIALIZED (
        SELECT q.is_possible,
               CASE WHEN q.by_all AND b.of_living >= b.of_all THEN b.of_all
                    WHEN q.by_living THEN b.of_living END AS by_rule,
               CASE WHEN b.all_living_told THEN b.of_any_living END AS by_loss
          FROM quorum q, best b
    ), able AS MATERIALIZED (
        SELECT n.*,
               c.is_in_every_set AS in_every_set,
               NOT EXISTS (SELECT FROM sets s WHERE cardinality(s.members) - s.needed + 1 > 1) AS one_is_enough,
               -- whoever fetches what it lacks was chosen, and stays chosen while it may lead
               n.goalstate = 'fast_forward' AS is_chosen,
               n.goalstate <> 'maintenance'
                   AND (n.is_preferred
                        OR (n.candidatepriority > 0 AND NOT n.is_delayed
                            AND (c.is_in_every_set OR n.replicationquorum OR n.is_loss_accepted
                                 OR NOT EXISTS (SELECT FROM node q WHERE q.replicationquorum AND NOT q.is_primary)))) AS leads
          FROM node n
         CROSS JOIN LATERAL (
               SELECT EXISTS (SELECT FROM sets)
                      AND NOT EXISTS (SELECT FROM sets s WHERE s.needed = 0 OR NOT n.nodeid = ANY (s.members)) AS is_in_every_set) c
    ), judged AS (
        SELECT a.*, o.is_possible, o.by_rule, o.by_loss,
               coalesce(a.counts AND a.detachedlsn >= coalesce(o.by_rule, o.by_loss)
                        AND (a.in_every_set OR a.detachedtli = coalesce(a.primary_tli, a.detachedtli) OR o.by_rule IS NULL), false) AS complete,
               CASE WHEN a.is_primary THEN 'it is the primary that gives way'
                    WHEN a.goalstate = 'maintenance' THEN 'it is in maintenance'
                    WHEN a.candidatepriority = 0 AND NOT a.is_preferred THEN 'its candidate priority is 0'
                    WHEN a.is_delayed AND NOT a.is_preferred THEN 'it replays with a delay'
                    WHEN a.detachedtli > a.primary_tli THEN 'it went a different way, on another timeline'
                    WHEN NOT a.is_healthy THEN 'its server does not run, or its keeper is silent'
                    WHEN NOT a.leads THEN 'it does not take part in the replication quorum'
                    WHEN NOT a.counts THEN 'it has not told its position yet'
                    WHEN o.by_rule IS NULL AND o.by_loss IS NULL THEN 'further positions are needed'
                    WHEN o.by_rule IS NULL OR a.in_every_set THEN NULL
                    WHEN a.detachedtli < a.primary_tli THEN 'it has not reached the timeline of the primary'
                    WHEN NOT a.is_chosen
                         AND EXISTS (SELECT FROM able b WHERE b.in_every_set AND b.leads AND b.counts AND b.is_healthy)
                        THEN 'it did not confirm commits, and others that did may lead' END AS reason
          FROM able a CROSS JOIN outcome o
    )
    SELECT j.nodeid, j.in_every_set, j.in_every_set AND j.one_is_enough, j.leads,
           coalesce(j.is_possible, false) AND EXISTS (SELECT FROM able b WHERE NOT b.is_primary AND b.leads AND b.is_healthy),
           j.by_rule IS NOT NULL, j.by_rule IS NULL AND j.by_loss IS NOT NULL, coalesce(j.by_rule, j.by_loss), j.complete,
           CASE WHEN j.reason IS NULL
                THEN (row_number() OVER (PARTITION BY j.reason IS NULL
                                         ORDER BY j.is_chosen DESC, j.is_preferred DESC, j.candidatepriority DESC, j.detachedlsn DESC NULLS LAST, j.nodeid))::int END,
           j.reason IS NULL AND j.complete
               AND row_number() OVER (PARTITION BY j.reason IS NULL, j.complete
                                      ORDER BY j.is_chosen DESC, j.is_preferred DESC, j.candidatepriority DESC, j.detachedlsn DESC NULLS LAST, j.nodeid) = 1,
           j.reason
      FROM judged j;
END;

-- file: election/election_wait.sql
-- What an election waits for, in sentences; none when none is under way. A member of a set has told its
-- position, or was asked for it, or lives and is asked as soon as enough of them do, or is missing.
CREATE OR REPLACE FUNCTION pgautofailover.election_wait(formation_id text = 'default', group_id int = 0)
RETURNS TABLE (sentence text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz := pgautofailover.monitor_clock();
BEGIN
    RETURN QUERY
    WITH standings AS MATERIALIZED (
        SELECT array_agg(s) AS all_of
          FROM pgautofailover.node_status(election_wait.formation_id, election_wait.group_id, _at) s
    ), node AS MATERIALIZED (
        SELECT s.nodeid, s.reportedstate, s.goalstate, s.is_healthy, s.is_lost, s.is_primary, s.replicationquorum,
               pgautofailover.node_description(s.nodeid, s.nodename, s.nodehost, s.nodeport) AS words,
               s.is_detached AND s.detachedlsn IS NOT NULL AS has_told,
               s.is_healthy AND NOT s.is_primary AND s.goalstate IN ('secondary', 'catchingup', 'join_secondary') AS is_at_hand
          FROM standings, unnest(standings.all_of) AS s
    ), outcome AS MATERIALIZED (
        SELECT e.nodeid, e.is_in_every_set, e.may_lead, e.is_decided, e.is_by_loss, e.rank, e.excluded
          FROM standings,
               pgautofailover.election(election_wait.formation_id, election_wait.group_id, standings.all_of) e
    ), waits AS (
        -- nobody takes writes, and nobody is being promoted
        SELECT EXISTS (SELECT FROM node WHERE NOT is_primary)
               AND NOT EXISTS (SELECT FROM node n JOIN pgautofailover.node_state s ON s.name = n.goalstate
                                WHERE s.takes_writes AND NOT n.is_lost)
               AND NOT EXISTS (SELECT FROM node WHERE goalstate IN ('prepare_promotion', 'stop_replication', 'fast_forward') AND is_healthy)
               AND NOT EXISTS (SELECT FROM node WHERE is_primary AND goalstate IN ('maintenance', 'init')) AS now
    )
    SELECT CASE WHEN s.needed = 0
                THEN 'the old primary could acknowledge commits alone: only it is sure to have them; bring it back, or use pg_autoctl perform failover --allow-data-loss'
                ELSE format('of the %s standbys (%s) of which %s had to confirm commits, %s must have stopped receiving and told their position: %s have%s; waiting for %s',
                            cardinality(s.members), m.names, s.needed, m.wanted, m.told,
                            '; alive, and asked once enough are: ' || m.at_hand_names, m.awaited) END
      FROM waits, pgautofailover.synchronous_set s
     CROSS JOIN LATERAL (
           SELECT cardinality(s.members) - s.needed + 1 AS wanted,
                  string_agg(coalesce(n.words, 'node ' || i.id || ', which was removed'), ', ' ORDER BY i.id) AS names,
                  count(*) FILTER (WHERE n.has_told) AS told,
                  count(*) FILTER (WHERE NOT n.has_told AND n.is_at_hand) AS at_hand,
                  string_agg(n.words, ', ' ORDER BY i.id) FILTER (WHERE NOT n.has_told AND n.is_at_hand) AS at_hand_names,
                  string_agg(coalesce(n.words, 'node ' || i.id), ' or ' ORDER BY i.id)
                      FILTER (WHERE NOT coalesce(n.has_told OR n.is_at_hand, false)) AS awaited
             FROM unnest(s.members) AS i (id) LEFT JOIN node n ON n.nodeid = i.id) m
     WHERE waits.now AND s.formationid = election_wait.formation_id AND s.groupid = election_wait.group_id
       AND NOT EXISTS (SELECT FROM outcome WHERE is_decided OR is_by_loss)
       AND (s.needed = 0 OR m.told + m.at_hand < m.wanted)
    UNION ALL
    SELECT format('%s cannot lead: %s', n.words, o.excluded)
      FROM waits, node n JOIN outcome o USING (nodeid)
     WHERE waits.now AND NOT n.is_primary
       AND CASE WHEN EXISTS (SELECT FROM outcome WHERE is_decided OR is_by_loss)
                THEN NOT EXISTS (SELECT FROM outcome WHERE rank = 1)
                -- those that confirm commits live, and none of them may lead
                ELSE n.is_healthy
                     AND (SELECT NOT bool_or(l.may_lead) FROM outcome l JOIN node c USING (nodeid)
                           WHERE NOT c.is_primary AND c.is_healthy AND (l.is_in_every_set OR c.replicationquorum)) END;
END $$;
COMMENT ON FUNCTION pgautofailover.election_wait IS 'what an election waits for, in sentences';

-- file: election/what_is_left.sql
-- The nodes that are left for an election in which acknowledged commits may be lost: alive, or silent for
-- no longer than the demote timeout. One in an operator's hands, one that has no copy yet and one that went a
-- different way are none of them.
CREATE OR REPLACE FUNCTION pgautofailover.what_is_left(formation_id text, group_id int, at timestamptz)
RETURNS TABLE (nodeid bigint, words text, "position" pg_lsn, may_lead bool, is_alive bool) LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT s.nodeid, pgautofailover.node_description(s.nodeid, s.nodename, s.nodehost, s.nodeport),
           coalesce(s.detachedlsn, nullif(s.lsn, '0/0')),
           s.candidatepriority > 0 AND NOT s.is_delayed OR coalesce(s.nodeid = g.preferredid, false),
           s.is_healthy OR s.is_fresh AND k.is_at_hand
      FROM pgautofailover.node_status(what_is_left.formation_id, what_is_left.group_id, what_is_left.at) s
      JOIN pgautofailover.node_group g
        ON g.formationid = what_is_left.formation_id AND g.groupid = what_is_left.group_id
      -- a former primary that has stopped, and starts again when it is asked for its position
     CROSS JOIN LATERAL (SELECT s.is_stopped AND s.goalstate IN ('demoted', 'report_lsn') AS is_at_hand) k
     WHERE NOT s.is_primary
       AND s.goalstate IN ('secondary', 'catchingup', 'join_secondary', 'report_lsn', 'prepare_promotion',
                           'stop_replication', 'fast_forward', 'demoted')
       AND coalesce(s.detachedtli, s.tli) <= coalesce(g.tli, s.tli)
       AND (NOT s.is_lost OR k.is_at_hand)
       AND (s.is_fresh OR what_is_left.at - greatest(s.reporttime, pgautofailover.monitor_start())
                          < pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds'));
END;

-- file: rules/fact.sql
-- The vocabulary of the rules. A fact is something known to be true of a group, or of the node that
-- is being looked at, now. What is not known is not a fact.
CREATE TABLE pgautofailover.fact (
    name text PRIMARY KEY,
    means text NOT NULL
);
COMMENT ON TABLE pgautofailover.fact IS 'the facts that rules require or forbid';

INSERT INTO pgautofailover.fact (name, means) VALUES
  ('alone',                                  'it is the only node of its group'),
  ('alone_allowed',                          'no quorum standby streams, and number_sync_standbys does not demand that commits wait for one: the primary may go on alone'),
  ('another_may_lead',                       'another living node could take over'),
  ('asynchronous',                           'no other node took part in the replication quorum when the primary last told that it takes writes'),
  ('candidate_incomplete',                   'every standby that could take over has reported since the primary stopped, none has all that it has written, and too few are left to be sure of all commits, or none of them can be elected'),
  ('candidate_lost',                         'no standby is left that could take over'),
  ('candidate_ready',                        'a healthy standby that streams may lead'),
  ('election_decided',                       'of every set that may be in force so many members have stopped receiving and told their positions that a living node is sure to hold every acknowledged commit'),
  ('election_possible',                      'enough members of every set that may be in force live, or have told their positions, for an election, and one of the living may lead'),
  ('election_running',                       'the primary gives way or is gone, and standbys have been told to stop receiving'),
  ('failover_running',                       'another node is being promoted'),
  ('fencing_believable',                     'the old primary''s server was not seen to outlive its keeper, which would have to stop it'),
  ('fencing_time_passed',                    'the old primary has been silent so long that it has surely stopped itself'),
  ('fetching_is_slow',                       'the elected node has been fetching for longer than three times node_considered_unhealthy_timeout'),
  ('former_primary_gone',                    'the removed primary has left the group'),
  ('loss_accepted',                          'an operator has decided that acknowledged commits may be lost'),
  ('loss_decided',                           'an operator has accepted the loss, and every living node has told its position'),
  ('node_complete',                          'it has told a position that covers every acknowledged commit, or all that is left when a loss was accepted'),
  ('node_diverged',                          'it is on a later timeline than the primary: it went a different way'),
  ('node_elected',                           'among those that may lead now it is the first: who fetches WAL for it already, then by the wish of an operator, candidate priority, position, node id'),
  ('node_first_complete',                    'among those that may lead and lack nothing it is the first'),
  ('node_first_choice',                      'no other healthy standby comes before it: by the wish of an operator, candidate priority, node id'),
  ('node_healthy',                           'its keeper says, now, that the server runs'),
  ('node_is_last_confirmer',                 'it is the only healthy standby that can confirm commits'),
  ('node_is_stuck',                          'it has been on its way for longer than three times node_considered_unhealthy_timeout'),
  ('node_is_primary',                        'it is the group''s primary'),
  ('node_lost',                              'its keeper says that the server is down, or all that could speak for it are silent'),
  ('node_may_lead',                          'its candidate priority is not 0, it replays without delay, and it confirms commits if anybody does; or an operator wants it, or the loss of commits'),
  ('node_prepared_for',                      'the primary has changed its state since the node began to wait'),
  ('node_receives',                          'it receives from the primary'),
  ('node_receives_nothing',                  'it runs, and has heard nothing of a running primary for too long'),
  ('node_suffices',                          'whatever set the primary has in force, this standby by itself satisfies the quorum rule'),
  ('node_unavailable',                       'it is lost, or its keeper has been silent for the demote timeout'),
  ('node_waits_long',                        'nothing has changed about it for longer than node_considered_unhealthy_timeout'),
  ('none_elected',                           'no living node may lead'),
  ('none_may_lead',                          'standbys that confirm commits live, and none of them may lead: by its candidate priority, or because it replays with a delay'),
  ('none_required',                          'number_sync_standbys is 0'),
  ('none_streams',                           'no standby is assigned to stream'),
  ('preferred_ready',                        'the node that an operator wants is healthy and streams'),
  ('primary_lost',                           'the primary''s keeper says that the server is down, or all that could speak for it are silent'),
  ('primary_removed',                        'the primary was removed'),
  ('primary_serves',                         'the primary takes writes, by assignment and by its own report, and its keeper says, now, that the server runs'),
  ('primary_stopped',                        'the primary has reported that it has stopped, and waits for an assignment'),
  ('quorum_rule_holds',                      'so many standbys have stopped receiving that the old primary can acknowledge nothing more and no acknowledged commit is missing'),
  ('quorum_standby_ready',                   'a healthy quorum standby streams'),
  ('requested_failover',                     'an operator asked for a failover'),
  ('requested_maintenance',                  'an operator asked for this node''s maintenance'),
  ('requested_maintenance_end',              'an operator ended this node''s maintenance'),
  ('requested_maintenance_without_failover', 'an operator asked for this node''s maintenance, and wants no other node to take over'),
  ('requested_promotion',                    'an operator asked for a failover to a node of their choice'),
  ('requested_settings',                     'an operator changed replication settings'),
  ('set_changed',                            'the standbys that are to confirm commits have changed, and the primary has not confirmed that yet'),
  ('set_overtaken',                          'the standbys that are to confirm commits have changed again since the primary was told to apply them'),
  ('standby_ready',                          'a healthy standby streams'),
  ('standby_unprepared',                     'a new standby waits, and the primary has not prepared for it yet'),
  ('standby_waiting',                        'a new standby waits for a primary that is ready for it'),
  ('stop_is_old',                            'the primary has stopped, or was told to, for longer than node_considered_unhealthy_timeout'),
  ('wal_caught_up',                          'its position is within enable_sync_wal_log_threshold of the primary''s, on the same timeline'),
  ('wal_complete',                           'it has all that the stopped primary has written'),
  ('wal_promotable',                         'it has all that the primary had when the last node left the replication quorum, and is within promote_wal_log_threshold of what the primary reported last');

-- file: rules/rule.sql
-- The state machine. Within a phase the first rule that matches a node, by position, speaks.
CREATE TABLE pgautofailover.rule (
    pos int PRIMARY KEY,
    phase text NOT NULL CHECK (phase IN ('operator', 'early', 'election', 'standby', 'primary')),
    node_in text[] NOT NULL,
    primary_in text[],
    requires text[] NOT NULL DEFAULT '{}',
    forbids text[] NOT NULL DEFAULT '{}',
    node_goal pgautofailover.replication_state REFERENCES pgautofailover.node_state,
    primary_goal pgautofailover.replication_state REFERENCES pgautofailover.node_state,
    candidates_goal pgautofailover.replication_state REFERENCES pgautofailover.node_state,
    because text NOT NULL
);
COMMENT ON TABLE pgautofailover.rule IS 'the state machine: for which states, which facts a rule needs and what follows';
COMMENT ON COLUMN pgautofailover.rule.phase IS 'operator: on request only; early, election, standby, primary: at each look, in this order';
COMMENT ON COLUMN pgautofailover.rule.node_in IS 'where the node stands: states, or ways such as wait_primary->primary, or *';
COMMENT ON COLUMN pgautofailover.rule.primary_in IS 'where the group''s primary stands; null: wherever';
COMMENT ON COLUMN pgautofailover.rule.requires IS 'facts that must all hold';
COMMENT ON COLUMN pgautofailover.rule.forbids IS 'facts of which none may hold';
COMMENT ON COLUMN pgautofailover.rule.node_goal IS 'what the node is assigned; null: nothing';
COMMENT ON COLUMN pgautofailover.rule.primary_goal IS 'what the primary is assigned; null: nothing';
COMMENT ON COLUMN pgautofailover.rule.candidates_goal IS 'what the nodes that were to be promoted are assigned; null: nothing';
COMMENT ON COLUMN pgautofailover.rule.because IS 'the sentence that the event carries';

-- file: rules/operator.sql
-- What operators ask for, and when it is granted.
INSERT INTO pgautofailover.rule
  (pos, phase, node_in, primary_in, requires, forbids, node_goal, primary_goal, candidates_goal, because) VALUES
  (101, 'operator', '{primary,apply_settings,"primary->apply_settings","apply_settings->primary"}', NULL, '{requested_failover,node_is_primary,candidate_ready}', '{failover_running}',
        'draining', NULL, NULL, 'an operator asked for a failover, and a standby is ready to take over'),
  (103, 'operator', '{primary,apply_settings,"primary->apply_settings","apply_settings->primary"}', NULL, '{requested_promotion,node_is_primary,preferred_ready}', '{failover_running}',
        'draining', NULL, NULL, 'an operator asked for the promotion of a standby, and it is ready to take over'),
  (111, 'operator', '{primary,apply_settings,"primary->apply_settings","apply_settings->primary"}', NULL, '{requested_maintenance,node_is_primary,candidate_ready}', '{failover_running}',
        'prepare_maintenance', NULL, NULL, 'an operator asked for maintenance of the primary, and a standby is ready to take over'),
  (112, 'operator', '{single,wait_primary,primary}', NULL, '{requested_maintenance_without_failover,node_is_primary}', '{failover_running}',
        'maintenance', NULL, NULL, 'an operator asked for maintenance of the primary, during which nobody takes over'),
  (113, 'operator', '{secondary}', '{primary}', '{requested_maintenance,node_is_last_confirmer,none_required}', '{}',
        'wait_maintenance', 'wait_primary', NULL, 'an operator asked for maintenance, and the primary must first learn to go on alone'),
  (114, 'operator', '{secondary}', '{primary}', '{requested_maintenance,node_is_last_confirmer}', '{none_required}',
        'maintenance', NULL, NULL, 'an operator asked for maintenance, and number_sync_standbys demands that commits wait for its end'),
  (115, 'operator', '{secondary,catchingup,join_secondary}', '{primary,wait_primary,apply_settings,"*->primary","*->apply_settings"}', '{requested_maintenance}', '{node_is_last_confirmer}',
        'maintenance', NULL, NULL, 'an operator asked for maintenance'),
  (121, 'operator', '{maintenance}', '{single,wait_primary,primary,apply_settings,"*->wait_primary","*->primary","*->apply_settings",maintenance,"*->maintenance"}',
        '{requested_maintenance_end}', '{node_is_primary}',
        'catchingup', NULL, NULL, 'an operator ended the maintenance'),
  (122, 'operator', '{maintenance}', NULL, '{requested_maintenance_end,election_running}', '{node_is_primary}',
        'report_lsn', NULL, NULL, 'an operator ended the maintenance while a new primary is elected'),
  (123, 'operator', '{maintenance}', NULL, '{requested_maintenance_end,alone}', '{node_is_primary}',
        'report_lsn', NULL, NULL, 'an operator ended the maintenance of the only node left'),
  (124, 'operator', '{maintenance}', NULL, '{requested_maintenance_end,node_is_primary}', '{}',
        'wait_primary', NULL, NULL, 'an operator ended the maintenance of the primary, and nobody has taken its place'),
  (131, 'operator', '{primary,wait_primary}', NULL, '{requested_settings,node_is_primary}', '{}',
        'apply_settings', NULL, NULL, 'an operator changed replication settings');

-- file: rules/early.sql
-- A node that is alone in its group, and nodes whose primary was removed.
INSERT INTO pgautofailover.rule
  (pos, phase, node_in, primary_in, requires, forbids, node_goal, primary_goal, candidates_goal, because) VALUES
  (201, 'early', '{wait_primary,primary,apply_settings,join_primary,draining,demote_timeout,demoted,prepare_maintenance,"*->wait_primary","*->primary","*->apply_settings","*->draining","*->demote_timeout","*->demoted","*->prepare_maintenance"}', NULL,
        '{alone,node_is_primary}', '{}',
        'single', NULL, NULL, 'the other nodes are gone'),
  (211, 'early', '{secondary,catchingup,join_secondary,prepare_promotion,stop_replication,fast_forward,demoted,draining,demote_timeout,prepare_maintenance,wait_maintenance,"secondary->catchingup","join_secondary->catchingup","maintenance->catchingup","report_lsn->catchingup","prepare_promotion->catchingup","stop_replication->catchingup","fast_forward->catchingup","*->join_secondary","demoted->catchingup","draining->catchingup","demote_timeout->catchingup","prepare_maintenance->catchingup","*->wait_maintenance","*->prepare_promotion","*->stop_replication","*->fast_forward"}', NULL,
        '{alone,node_may_lead}', '{node_is_primary}',
        'report_lsn', NULL, NULL, 'the primary was removed: the node left stops receiving from it'),
  (213, 'early', '{report_lsn}', NULL, '{alone,node_may_lead,quorum_rule_holds}', '{}',
        'single', NULL, NULL, 'the removed primary can acknowledge nothing more, and every acknowledged commit is here'),
  (215, 'early', '{report_lsn}', NULL, '{alone,node_may_lead,former_primary_gone}', '{}',
        'single', NULL, NULL, 'the removed primary has left the group'),
  (221, 'early', '{secondary,catchingup,join_secondary,"secondary->catchingup","join_secondary->catchingup","maintenance->catchingup","report_lsn->catchingup","prepare_promotion->catchingup","stop_replication->catchingup","fast_forward->catchingup","*->join_secondary"}', NULL,
        '{primary_removed}', '{alone,failover_running}',
        'report_lsn', NULL, NULL, 'the primary was removed: the nodes left stop receiving from it, and elect a new one'),
  (223, 'early', '{demoted,"demoted->catchingup","draining->catchingup","demote_timeout->catchingup","prepare_maintenance->catchingup"}', NULL,
        '{primary_removed,loss_accepted}', '{alone,failover_running}',
        'report_lsn', NULL, NULL, 'the primary was removed, and an operator has decided that acknowledged commits may be lost');

-- file: rules/election.sql
-- The election of a new primary among the nodes that have stopped receiving and told their positions.
INSERT INTO pgautofailover.rule
  (pos, phase, node_in, primary_in, requires, forbids, node_goal, primary_goal, candidates_goal, because) VALUES
  -- A candidate that was lost, or whose source was.
  (251, 'election', '{prepare_promotion,stop_replication,fast_forward,"*->prepare_promotion","*->stop_replication","*->fast_forward"}', NULL,
        '{election_running,node_unavailable,another_may_lead}', '{}',
        'report_lsn', NULL, NULL, 'the candidate was lost before it was promoted: another one can take over'),
  (252, 'election', '{"*->prepare_promotion"}', NULL,
        '{election_running,node_is_stuck,another_may_lead}', '{}',
        'report_lsn', NULL, NULL, 'the candidate does not come to stop receiving: another one can take over'),
  (253, 'election', '{fast_forward}', NULL, '{election_running,node_healthy}', '{node_complete}',
        'report_lsn', NULL, NULL, 'it has not reached the position that the new primary needs: the nodes choose again'),
  (254, 'election', '{fast_forward,"*->fast_forward"}', NULL, '{election_running,another_may_lead}', '{node_may_lead}',
        'report_lsn', NULL, NULL, 'an operator has changed its settings so that it may not lead: the nodes choose again'),

  -- The one that is chosen.
  (261, 'election', '{report_lsn,fast_forward}', '{prepare_maintenance}', '{election_running,election_decided,node_elected,node_complete,primary_stopped}', '{failover_running,alone}',
        'wait_primary', 'maintenance', NULL, 'the primary has stopped for its maintenance, and every acknowledged commit is here'),
  (263, 'election', '{report_lsn,fast_forward}', NULL, '{election_running,election_decided,node_elected,node_complete}', '{failover_running,alone}',
        'wait_primary', 'demoted', NULL, 'it was elected: the old primary can acknowledge nothing more, and every acknowledged commit is here'),
  (264, 'election', '{report_lsn}', NULL, '{election_running,election_decided,node_first_complete,fetching_is_slow}', '{alone}',
        'wait_primary', 'demoted', 'report_lsn', 'the elected node does not come to have what it lacks, and every acknowledged commit is here'),
  (265, 'election', '{report_lsn}', NULL, '{election_running,election_decided,node_elected}', '{failover_running,alone,node_complete}',
        'fast_forward', NULL, NULL, 'it was elected, and fetches the WAL that it lacks from the most advanced node'),

  -- An operator accepts that acknowledged commits are lost.
  (271, 'election', '{report_lsn,fast_forward}', NULL, '{election_running,loss_decided,node_elected,node_complete,former_primary_gone}', '{failover_running,alone}',
        'wait_primary', NULL, NULL, 'an operator accepted the loss, and the old primary was removed'),
  (273, 'election', '{report_lsn,fast_forward}', NULL, '{election_running,loss_decided,node_elected,node_complete,primary_stopped}', '{failover_running,alone}',
        'wait_primary', 'demoted', NULL, 'an operator accepted the loss, and the old primary has stopped'),
  (275, 'election', '{report_lsn,fast_forward}', NULL, '{election_running,loss_decided,node_elected,node_complete}', '{failover_running,alone}',
        'stop_replication', 'demote_timeout', NULL, 'an operator accepted the loss: the group waits until the old primary has surely stopped'),
  (277, 'election', '{report_lsn}', NULL, '{election_running,loss_decided,node_elected}', '{failover_running,alone,node_complete}',
        'fast_forward', NULL, NULL, 'an operator accepted the loss: it fetches the WAL that it lacks from the most advanced node'),

  -- What is waited for: said, not done.
  (281, 'election', '{report_lsn}', NULL, '{election_running,node_waits_long}', '{election_decided,loss_decided,failover_running,alone}',
        NULL, NULL, NULL, 'the election needs further positions'),
  (283, 'election', '{report_lsn}', NULL, '{election_running,election_decided,none_elected,node_waits_long}', '{failover_running,alone}',
        NULL, NULL, NULL, 'enough positions are known, and no living node may lead'),
  (285, 'election', '{report_lsn}', NULL, '{election_running,loss_decided,none_elected,node_waits_long}', '{failover_running,alone}',
        NULL, NULL, NULL, 'an operator accepted the loss, and no living node may lead');

-- file: rules/standby.sql
-- Nodes that are not the primary: joining, losing the primary, taking over, coming back.
INSERT INTO pgautofailover.rule
  (pos, phase, node_in, primary_in, requires, forbids, node_goal, primary_goal, candidates_goal, because) VALUES
  (301, 'standby', '{wait_standby}', '{wait_primary,primary,apply_settings}', '{primary_serves,node_prepared_for}', '{}',
        'catchingup', NULL, NULL, 'the primary is ready for a new standby'),
  (303, 'standby', '{catchingup,join_secondary}', NULL, '{primary_serves,node_healthy,node_receives,wal_caught_up}', '{}',
        'secondary', NULL, NULL, 'it streams from the primary and has caught up'),
  (311, 'standby', '{secondary,join_secondary}', NULL, '{primary_serves,node_diverged}', '{}',
        'catchingup', NULL, NULL, 'it went a different way than the primary, on another timeline'),

  -- The primary is lost.
  (321, 'standby', '{secondary}', '{primary,apply_settings,"*->primary","*->apply_settings","*->draining","*->prepare_maintenance"}', '{primary_lost,node_healthy,node_may_lead,node_suffices}', '{failover_running}',
        'prepare_promotion', 'draining', NULL, 'the primary is lost, and this standby can hold every acknowledged commit'),
  (322, 'standby', '{secondary}', '{primary,apply_settings,"*->primary","*->apply_settings","*->draining","*->prepare_maintenance"}', '{primary_lost,election_possible}', '{asynchronous,failover_running}',
        'report_lsn', 'draining', NULL, 'the primary is lost: its standbys stop receiving and elect a new one'),
  (323, 'standby', '{secondary}', '{primary,apply_settings,"*->primary","*->apply_settings","*->draining","*->prepare_maintenance"}', '{primary_lost,node_healthy,node_may_lead,asynchronous,wal_promotable,fencing_believable}', '{failover_running}',
        'prepare_promotion', 'draining', NULL, 'the primary is lost, and this asynchronous standby is close enough behind it'),
  (324, 'standby', '{secondary,catchingup,join_secondary,report_lsn,demoted,"secondary->catchingup","join_secondary->catchingup","maintenance->catchingup","report_lsn->catchingup","prepare_promotion->catchingup","stop_replication->catchingup","fast_forward->catchingup","*->join_secondary","demoted->catchingup"}', '{primary,apply_settings,wait_primary,"*->primary","*->apply_settings","*->wait_primary","*->draining","*->prepare_maintenance"}', '{primary_lost,loss_accepted}', '{failover_running}',
        'report_lsn', 'draining', NULL, 'the primary is lost, and an operator has decided that acknowledged commits may be lost'),
  (325, 'standby', '{secondary}', NULL, '{primary_lost,asynchronous}', '{primary_stopped,failover_running,fencing_believable}',
        NULL, NULL, NULL, 'the primary is lost, but its server outlived its keeper and may still acknowledge commits: nobody is promoted automatically'),
  (326, 'standby', '{secondary,catchingup,join_secondary,report_lsn,demoted,"secondary->catchingup","join_secondary->catchingup","maintenance->catchingup","report_lsn->catchingup","prepare_promotion->catchingup","stop_replication->catchingup","fast_forward->catchingup","*->join_secondary","demoted->catchingup"}', '{wait_primary,"primary->wait_primary","wait_primary->primary","apply_settings->wait_primary","*->wait_primary"}', '{primary_lost}', '{}',
        NULL, NULL, NULL, 'the primary is lost, but it could acknowledge commits alone: only it is sure to have them, so nobody is promoted automatically'),
  (327, 'standby', '{secondary}', NULL, '{primary_lost}', '{primary_stopped,asynchronous,failover_running,election_possible,none_may_lead}',
        NULL, NULL, NULL, 'the primary is lost, but those who live are not sure to hold every acknowledged commit: nobody is promoted automatically'),
  (328, 'standby', '{secondary}', NULL, '{primary_lost,none_may_lead}', '{primary_stopped,asynchronous,failover_running,election_possible}',
        NULL, NULL, NULL, 'the primary is lost, and no living standby that confirms commits may lead: nobody is promoted automatically'),
  (329, 'standby', '{secondary,catchingup,join_secondary,"secondary->catchingup","join_secondary->catchingup","maintenance->catchingup","report_lsn->catchingup","prepare_promotion->catchingup","stop_replication->catchingup","fast_forward->catchingup","*->join_secondary"}', NULL, '{election_running}', '{alone}',
        'report_lsn', NULL, NULL, 'a new primary is being chosen: it stops receiving from the old one'),

  -- The primary has stopped as it was told.
  (331, 'standby', '{secondary,report_lsn}', '{draining,prepare_maintenance,demote_timeout}', '{primary_stopped,node_healthy,node_may_lead,wal_complete,node_first_choice}', '{failover_running}',
        'prepare_promotion', NULL, NULL, 'the primary has stopped, and this standby has all that it has written'),
  (332, 'standby', '{secondary,report_lsn}', '{draining,prepare_maintenance,demote_timeout}', '{primary_stopped,node_healthy,node_may_lead,wal_complete,stop_is_old}', '{failover_running}',
        'prepare_promotion', NULL, NULL, 'the primary has stopped, and this standby has all that it has written, which those before it have not'),
  (333, 'standby', '{secondary}', '{draining,prepare_maintenance,demote_timeout}', '{primary_stopped,node_healthy,node_may_lead,node_suffices,node_first_choice}', '{failover_running}',
        'prepare_promotion', NULL, NULL, 'the primary has stopped, and this standby can hold every acknowledged commit'),
  (335, 'standby', '{secondary}', '{draining,prepare_maintenance,demote_timeout}', '{primary_stopped,election_possible,stop_is_old}', '{asynchronous,failover_running}',
        'report_lsn', NULL, NULL, 'the primary has stopped, and no standby has all that it has written: they elect a new one'),

  -- The candidate has stopped receiving.
  (341, 'standby', '{prepare_promotion}', '{prepare_maintenance}', '{primary_stopped,node_healthy}', '{}',
        'wait_primary', 'maintenance', NULL, 'the primary has stopped for its maintenance'),
  (343, 'standby', '{prepare_promotion,stop_replication}', '{draining,prepare_maintenance,demote_timeout,demoted,"*->draining","*->prepare_maintenance","*->demote_timeout","*->demoted"}',
        '{primary_stopped,node_healthy}', '{}',
        'wait_primary', 'demoted', NULL, 'the old primary has stopped'),
  (345, 'standby', '{prepare_promotion,stop_replication}', '{draining,prepare_maintenance,demote_timeout,"*->draining","*->prepare_maintenance","*->demote_timeout"}',
        '{quorum_rule_holds,node_suffices,node_healthy}', '{}',
        'wait_primary', 'demoted', NULL, 'the old primary can acknowledge nothing more, and every acknowledged commit is here'),
  (347, 'standby', '{prepare_promotion}', '{draining,prepare_maintenance,demote_timeout,"*->draining","*->prepare_maintenance","*->demote_timeout"}',
        '{node_healthy}', '{}',
        'stop_replication', 'demote_timeout', NULL, 'the old primary might still acknowledge commits: wait until it has surely stopped'),
  (355, 'standby', '{stop_replication}', '{draining,prepare_maintenance,demote_timeout,"*->draining","*->prepare_maintenance","*->demote_timeout"}',
        '{asynchronous,node_healthy,fencing_time_passed,fencing_believable}', '{}',
        'wait_primary', 'demoted', NULL, 'the old primary has been silent for so long that it has stopped itself'),
  (357, 'standby', '{stop_replication}', '{draining,prepare_maintenance,demote_timeout,"*->draining","*->prepare_maintenance","*->demote_timeout"}',
        '{loss_accepted,node_healthy,fencing_time_passed}', '{}',
        'wait_primary', 'demoted', NULL, 'the old primary has been silent for the demote timeout, and an operator accepted the loss'),
  (359, 'standby', '{prepare_promotion,stop_replication}', NULL, '{primary_removed,former_primary_gone,node_healthy}', '{alone}',
        'wait_primary', NULL, NULL, 'the old primary has left the group'),

  -- A standby that the primary cannot count on.
  (361, 'standby', '{secondary}', NULL, '{primary_serves,node_lost}', '{}',
        'catchingup', NULL, NULL, 'the standby is lost'),
  (363, 'standby', '{secondary}', NULL, '{primary_serves,node_receives_nothing}', '{}',
        'catchingup', NULL, NULL, 'the standby receives nothing from the primary'),

  -- Coming back.
  (371, 'standby', '{demoted,draining,demote_timeout,prepare_maintenance}', NULL, '{primary_serves}', '{}',
        'catchingup', NULL, NULL, 'there is a primary to follow'),
  (373, 'standby', '{report_lsn,prepare_promotion,stop_replication,fast_forward,"secondary->report_lsn","catchingup->report_lsn","report_lsn->fast_forward","report_lsn->prepare_promotion","report_lsn->secondary"}', NULL, '{primary_serves}', '{}',
        'join_secondary', NULL, NULL, 'there is a primary to follow'),
  (375, 'standby', '{"join_secondary->report_lsn","maintenance->report_lsn"}', NULL, '{primary_serves}', '{}',
        'catchingup', NULL, NULL, 'there is a primary to follow'),

  -- Maintenance.
  (381, 'standby', '{wait_maintenance}', '{wait_primary}', '{}', '{}',
        'maintenance', NULL, NULL, 'the primary goes on alone: maintenance may begin'),
  (383, 'standby', '{wait_maintenance}', '{single,primary,apply_settings}', '{}', '{}',
        'maintenance', NULL, NULL, 'the primary does not wait for this standby: maintenance may begin');

-- file: rules/primary.sql
-- The primary: who confirms its commits, and what it does when the one that should take over is lost.
INSERT INTO pgautofailover.rule
  (pos, phase, node_in, primary_in, requires, forbids, node_goal, primary_goal, candidates_goal, because) VALUES
  (401, 'primary', '{single}', NULL, '{standby_waiting}', '{}',
        'wait_primary', NULL, NULL, 'a new standby wants to join'),
  (403, 'primary', '{primary,wait_primary}', NULL, '{standby_unprepared}', '{}',
        'apply_settings', NULL, NULL, 'a new standby wants to join'),
  (411, 'primary', '{wait_primary}', NULL, '{quorum_standby_ready}', '{}',
        'primary', NULL, NULL, 'a quorum standby streams: commits wait for it again'),
  (413, 'primary', '{wait_primary}', NULL, '{asynchronous,standby_ready}', '{}',
        'primary', NULL, NULL, 'an asynchronous standby streams'),
  (421, 'primary', '{primary,apply_settings,"wait_primary->primary","apply_settings->primary"}', NULL, '{alone_allowed}', '{asynchronous}',
        'wait_primary', NULL, NULL, 'no standby can confirm commits: the primary goes on alone'),
  (423, 'primary', '{primary,apply_settings,"wait_primary->primary","apply_settings->primary"}', NULL, '{asynchronous,none_streams}', '{}',
        'wait_primary', NULL, NULL, 'no standby streams'),
  (425, 'primary', '{primary}', NULL, '{set_changed}', '{}',
        'apply_settings', NULL, NULL, 'other standbys are to confirm commits'),
  (427, 'primary', '{"wait_primary->primary","apply_settings->primary"}', NULL, '{set_overtaken}', '{}',
        'apply_settings', NULL, NULL, 'again other standbys are to confirm commits'),
  (431, 'primary', '{apply_settings}', NULL, '{}', '{}',
        'primary', NULL, NULL, 'the changed settings are applied'),
  (441, 'primary', '{draining,prepare_maintenance,demote_timeout}', NULL, '{primary_stopped,node_is_primary,candidate_lost}', '{alone}',
        'wait_primary', NULL, 'catchingup', 'the candidate was lost before it was promoted: the primary goes on'),
  (443, 'primary', '{draining,prepare_maintenance,demote_timeout}', NULL, '{primary_stopped,node_is_primary,candidate_incomplete}', '{alone,failover_running}',
        'wait_primary', NULL, 'catchingup', 'no standby has all that the primary has written: the primary goes on');

-- file: rules/facts_of_group.sql
-- What is true of a group, as each of its nodes stands in it. `requested` carries what an operator asks.
CREATE OR REPLACE FUNCTION pgautofailover.facts_of_group(
    formation_id text, group_id int, at timestamptz, requested text[] = '{}')
RETURNS TABLE (node_id bigint, facts text[]) LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH standings AS MATERIALIZED (
        SELECT array_agg(s) AS all_of
          FROM pgautofailover.node_status(facts_of_group.formation_id, facts_of_group.group_id, facts_of_group.at) s
    ), outcome AS MATERIALIZED (
        SELECT e.* FROM standings,
               pgautofailover.election(facts_of_group.formation_id, facts_of_group.group_id, standings.all_of) e
    ), status AS MATERIALIZED (
        SELECT s.*, o.is_in_every_set, o.suffices, o.may_lead, o.is_possible, o.is_decided, o.is_by_loss, o.is_complete,
               o.rank = 1 AS is_elected, o.is_first_complete, coalesce(s.nodeid = g.preferredid, false) AS is_preferred,
               g.lossallowedby IS NOT NULL AS is_loss_allowed, g.preferredid, g.primaryid, g.tli AS primary_tli, g.asynchronouslsn,
               f.number_sync_standbys
          FROM standings, unnest(standings.all_of) AS s
          JOIN outcome o USING (nodeid)
          JOIN pgautofailover.node_group g
            ON g.formationid = facts_of_group.formation_id AND g.groupid = facts_of_group.group_id
          JOIN pgautofailover.formation f ON f.formationid = g.formationid
    ), leader AS MATERIALIZED (
        SELECT * FROM status WHERE is_primary
    ), others AS MATERIALIZED (
        SELECT s.*,
               -- not given up: one whose keeper is silent is given the demote timeout, even if its server still answers
               NOT s.is_lost
                   AND (s.is_fresh
                        OR facts_of_group.at - greatest(s.reporttime, pgautofailover.monitor_start(),
                                                        (SELECT statechangetime FROM leader))
                           < pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds')) AS is_available,
               s.goalstate IN ('prepare_promotion', 'stop_replication', 'fast_forward')
                   OR s.reportedstate IN ('prepare_promotion', 'stop_replication', 'fast_forward') AS is_promoted,
               -- it holds all that the stopped primary has written: a position from after its stop
               coalesce(l.lsn <> '0/0' AND s.lsn >= l.lsn AND s.tli = l.tli AND l.walreporttime >= l.statechangetime, false) AS is_wal_complete
          FROM status s LEFT JOIN leader l ON true
         WHERE NOT s.is_primary
    ), wanted AS MATERIALIZED (
        SELECT w.needed, l.is_confirmed, l.recordedtime
          FROM pgautofailover.wanted_synchronous_set(facts_of_group.formation_id, facts_of_group.group_id) w
          LEFT JOIN pgautofailover.latest_synchronous_set(facts_of_group.formation_id, facts_of_group.group_id) l ON true
    ), shared AS MATERIALIZED (
        SELECT array_agg(f.name) AS names
          FROM (VALUES
            ('alone',                (SELECT count(*) = 1 FROM status)),
            ('alone_allowed',        (SELECT needed = 0 FROM wanted)),
            ('asynchronous',         (SELECT bool_or(asynchronouslsn IS NOT NULL) FROM status)),
            ('candidate_incomplete', (SELECT bool_and(o.reporttime > l.statechangetime AND NOT o.is_wal_complete
                                                      AND (NOT o.is_possible OR (o.is_decided AND NOT EXISTS (SELECT FROM status WHERE is_elected))))
                                        FROM others o, leader l
                                       WHERE o.may_lead AND o.is_available AND o.goalstate IN ('secondary', 'report_lsn'))),
            ('candidate_lost',       NOT EXISTS (SELECT FROM others
                                                  WHERE may_lead AND is_available
                                                    AND goalstate IN ('secondary', 'report_lsn', 'prepare_promotion', 'stop_replication', 'fast_forward'))),
            ('candidate_ready',      EXISTS (SELECT FROM others
                                              WHERE may_lead AND is_healthy AND receives
                                                AND reportedstate = 'secondary' AND goalstate = 'secondary')),
            ('election_decided',     (SELECT bool_or(is_decided) FROM status)),
            ('election_possible',    (SELECT bool_or(is_possible) FROM status)),
            ('election_running',     NOT coalesce((SELECT s.takes_writes OR l.goalstate IN ('init', 'maintenance')
                                                     FROM leader l JOIN pgautofailover.node_state s ON s.name = l.goalstate), false)
                                     AND EXISTS (SELECT FROM others
                                                  WHERE goalstate IN ('report_lsn', 'prepare_promotion', 'stop_replication', 'fast_forward'))),
            ('fencing_believable',   (SELECT coalesce(l.answeredtime - l.reporttime < pgautofailover.unhealthy_timeout(), true) FROM leader l)),
            ('fetching_is_slow',     EXISTS (SELECT FROM others
                                              WHERE goalstate = 'fast_forward' AND reportedstate <> 'fast_forward'
                                                AND facts_of_group.at - statechangetime >= 3 * pgautofailover.unhealthy_timeout())),
            ('former_primary_gone',  NOT EXISTS (SELECT FROM pgautofailover.node_group g
                                                   JOIN pgautofailover.registered_node n ON n.nodeid = g.primaryid
                                                  WHERE g.formationid = facts_of_group.formation_id
                                                    AND g.groupid = facts_of_group.group_id)),
            ('loss_accepted',        (SELECT bool_or(is_loss_allowed) FROM status)),
            ('loss_decided',         (SELECT bool_or(is_by_loss) FROM status)),
            ('none_elected',         NOT coalesce((SELECT bool_or(is_elected) FROM status), false)),
            ('none_may_lead',        (SELECT NOT bool_or(may_lead) FROM others
                                       WHERE is_healthy AND (is_in_every_set OR replicationquorum))),
            ('none_streams',         NOT EXISTS (SELECT FROM others WHERE goalstate = 'secondary')),
            ('preferred_ready',      EXISTS (SELECT FROM others
                                              WHERE is_preferred AND is_healthy AND receives
                                                AND reportedstate = 'secondary' AND goalstate = 'secondary')),
            -- not one that is out of the way by an operator's wish, or whose server is just to be started
            ('primary_lost',         (SELECT l.is_lost AND l.goalstate <> 'maintenance'
                                             AND NOT (l.is_fresh AND goal.takes_writes AND NOT reported.takes_writes)
                                        FROM leader l
                                        JOIN pgautofailover.node_state goal ON goal.name = l.goalstate
                                        JOIN pgautofailover.node_state reported ON reported.name = l.reportedstate)),
            ('primary_removed',      NOT EXISTS (SELECT FROM leader)),
            ('primary_serves',       (SELECT l.is_serving FROM leader l)),
            ('primary_stopped',      (SELECT l.is_stopped AND l.goalstate <> 'maintenance' FROM leader l)),
            ('quorum_standby_ready', EXISTS (SELECT FROM others
                                              WHERE replicationquorum AND is_healthy AND receives
                                                AND reportedstate = 'secondary' AND goalstate = 'secondary')),
            ('set_changed',          (SELECT NOT is_confirmed FROM wanted)),
            ('set_overtaken',        (SELECT w.recordedtime > l.statechangetime FROM wanted w, leader l)),
            ('standby_ready',        EXISTS (SELECT FROM others
                                              WHERE is_healthy AND receives
                                                AND reportedstate = 'secondary' AND goalstate = 'secondary')),
            ('standby_unprepared',   EXISTS (SELECT FROM others o, leader l
                                              WHERE o.reportedstate = 'wait_standby' AND o.goalstate = 'wait_standby'
                                                AND o.statechangetime >= l.statechangetime)),
            ('standby_waiting',      EXISTS (SELECT FROM others WHERE reportedstate = 'wait_standby' AND goalstate = 'wait_standby')),
            ('stop_is_old',          (SELECT facts_of_group.at - l.statechangetime >= pgautofailover.unhealthy_timeout() FROM leader l))
          ) AS f (name, holds)
         WHERE f.holds
    )
    SELECT n.nodeid,
           (SELECT coalesce(array_agg(f.name ORDER BY f.name), '{}')
              FROM (SELECT unnest(shared.names) AS name FROM shared
                    UNION ALL
                    SELECT own.name
                      FROM (VALUES
                        ('another_may_lead',     EXISTS (SELECT FROM others o
                                                          WHERE o.nodeid <> n.nodeid AND o.may_lead AND o.is_healthy
                                                            AND o.goalstate IN ('secondary', 'report_lsn'))),
                        ('failover_running',     EXISTS (SELECT FROM others o
                                                          WHERE o.nodeid <> n.nodeid AND o.is_promoted AND o.goalstate <> 'report_lsn')),
                        ('fencing_time_passed',  facts_of_group.at
                                                     - greatest(l.reporttime, n.statechangetime, pgautofailover.monitor_start())
                                                     >= pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds')),
                        ('node_complete',        n.is_complete),
                        ('node_diverged',        n.tli > n.primary_tli),
                        ('node_elected',         n.is_elected),
                        ('node_first_complete',  n.is_first_complete),
                        ('node_is_stuck',        n.reportedstate <> n.goalstate
                                                     AND facts_of_group.at - n.statechangetime >= 3 * pgautofailover.unhealthy_timeout()),
                        ('node_first_choice',    NOT EXISTS (SELECT FROM others o
                                                              WHERE o.nodeid <> n.nodeid AND o.may_lead AND o.is_healthy
                                                                AND o.goalstate IN ('secondary', 'report_lsn')
                                                                AND (NOT o.is_preferred, -o.candidatepriority, o.nodeid)
                                                                    < (NOT n.is_preferred, -n.candidatepriority, n.nodeid))),
                        ('node_healthy',         n.is_healthy),
                        ('node_is_last_confirmer', n.replicationquorum AND n.reportedstate = 'secondary' AND n.goalstate = 'secondary'
                                                     AND NOT EXISTS (SELECT FROM others o
                                                                      WHERE o.nodeid <> n.nodeid AND o.replicationquorum
                                                                        AND o.is_healthy AND o.goalstate = 'secondary')),
                        ('node_is_primary',      n.is_primary),
                        ('node_lost',            n.is_lost),
                        ('node_may_lead',        n.may_lead),
                        ('node_prepared_for',    l.statechangetime > n.statechangetime),
                        ('node_receives',        n.receives),
                        ('node_receives_nothing',n.receives_nothing),
                        ('node_suffices',        n.suffices),
                        ('node_waits_long',      facts_of_group.at - n.statechangetime >= pgautofailover.unhealthy_timeout()),
                        ('node_unavailable',     EXISTS (SELECT FROM others o WHERE o.nodeid = n.nodeid AND NOT o.is_available)),
                        ('none_required',        n.number_sync_standbys = 0),
                        ('quorum_rule_holds',    n.is_decided),
                        ('wal_caught_up',        n.tli = l.tli
                                                     AND pgautofailover.wal_is_within(n.lsn, l.lsn,
                                                             pgautofailover.setting_integer('enable_sync_wal_log_threshold', 16777216))),
                        ('wal_complete',         EXISTS (SELECT FROM others o WHERE o.nodeid = n.nodeid AND o.is_wal_complete)),
                        ('wal_promotable',       n.lsn >= n.asynchronouslsn
                                                     AND pgautofailover.wal_is_within(n.lsn, l.lsn,
                                                             pgautofailover.setting_integer('promote_wal_log_threshold', 16777216)))
                      ) AS own (name, holds)
                     WHERE own.holds) f)
           || facts_of_group.requested
      FROM status n LEFT JOIN leader l ON true;
END;

-- file: rules/group_facts.sql
-- What is true of a group, as one of its nodes stands in it.
CREATE OR REPLACE FUNCTION pgautofailover.group_facts(
    formation_id text, group_id int, node_id bigint, at timestamptz, requested text[] = '{}')
RETURNS text[] LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT f.facts
      FROM pgautofailover.facts_of_group(group_facts.formation_id, group_facts.group_id, group_facts.at, group_facts.requested) f
     WHERE f.node_id = group_facts.node_id;
END;

-- file: rules/match_rule.sql
-- The rule of a phase that speaks for a node: the first, by position, whose states match, all of whose
-- required facts hold and none of its forbidden ones.
CREATE OR REPLACE FUNCTION pgautofailover.match_rule(
    phase text, node_reported text, node_goal text, primary_reported text, primary_goal text, facts text[])
RETURNS SETOF pgautofailover.rule LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT r.pos, r.phase, r.node_in, r.primary_in, r.requires, r.forbids, r.node_goal, r.primary_goal, r.candidates_goal, r.because
      -- states first: comparing sets of facts is what costs
      FROM (SELECT * FROM pgautofailover.rule r
             WHERE r.phase = match_rule.phase
               AND pgautofailover.label_matches(r.node_in, match_rule.node_reported, match_rule.node_goal)
               AND (r.primary_in IS NULL
                    OR pgautofailover.label_matches(r.primary_in, match_rule.primary_reported, match_rule.primary_goal))
            OFFSET 0) r
     WHERE r.requires <@ match_rule.facts
       AND NOT r.forbids && match_rule.facts
     ORDER BY r.pos LIMIT 1;
END;

-- file: rules/why.sql
-- Why does a group stay as it is? For each node and each rule about the states it stands in: the facts
-- that are missing and those that stand in the way. Rules with the fewest obstacles come first.
CREATE OR REPLACE FUNCTION pgautofailover.why(formation_id text = 'default', group_id int = 0)
RETURNS TABLE (node_id bigint, node_name text, node_state text, rule_pos int, phase text,
               missing text[], blocking text[], node_goal text, because text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    WITH now AS MATERIALIZED (
        SELECT pgautofailover.monitor_clock() AS at
    ), looked_at AS (
        SELECT s.nodeid, s.nodename, s.reportedstate, s.goalstate,
               p.reportedstate AS primary_reported, p.goalstate AS primary_goal,
               f.facts
          FROM now, pgautofailover.facts_of_group(why.formation_id, why.group_id, now.at) f
          JOIN pgautofailover.registered_node s ON s.nodeid = f.node_id
          LEFT JOIN LATERAL (SELECT o.reportedstate, o.goalstate
                               FROM pgautofailover.registered_node o
                               JOIN pgautofailover.node_group g ON g.primaryid = o.nodeid
                              WHERE g.formationid = why.formation_id AND g.groupid = why.group_id) p ON true
    )
    SELECT l.nodeid, l.nodename, pgautofailover.node_label(l.reportedstate, l.goalstate), r.pos, r.phase,
           o.missing, o.blocking, r.node_goal::text, r.because
      FROM looked_at l
      JOIN pgautofailover.rule r
        ON pgautofailover.label_matches(r.node_in, l.reportedstate, l.goalstate)
       AND (r.primary_in IS NULL OR pgautofailover.label_matches(r.primary_in, l.primary_reported, l.primary_goal))
      CROSS JOIN LATERAL (
           SELECT ARRAY(SELECT unnest(r.requires) EXCEPT SELECT unnest(l.facts) ORDER BY 1) AS missing,
                  ARRAY(SELECT unnest(r.forbids) INTERSECT SELECT unnest(l.facts) ORDER BY 1) AS blocking) o
     ORDER BY l.nodeid, cardinality(o.missing) + cardinality(o.blocking), r.pos;
END;

-- file: rules/rule_problem.sql
-- What is wrong with the rules themselves: expects no rows.
CREATE OR REPLACE FUNCTION pgautofailover.rule_problem()
RETURNS TABLE (rule_pos int, problem text) LANGUAGE sql STABLE
BEGIN ATOMIC
    -- a fact that nobody defines
    SELECT r.pos, format('fact "%s" is not defined', wanted.fact_name)
      FROM pgautofailover.rule r, unnest(r.requires || r.forbids) AS wanted (fact_name)
     WHERE NOT EXISTS (SELECT FROM pgautofailover.fact f WHERE f.name = wanted.fact_name)
    UNION ALL
    -- a fact that no rule needs
    SELECT NULL, format('no rule needs the fact "%s"', f.name)
      FROM pgautofailover.fact f
     WHERE NOT EXISTS (SELECT FROM pgautofailover.rule r WHERE f.name = ANY (r.requires || r.forbids))
    UNION ALL
    -- a state that nobody knows
    SELECT r.pos, format('state "%s" is not known', state)
      FROM pgautofailover.rule r,
           unnest(r.node_in || coalesce(r.primary_in, '{}')) AS pattern,
           unnest(string_to_array(pattern, '->')) AS state
     WHERE state <> '*'
       AND NOT EXISTS (SELECT FROM pgautofailover.node_state s WHERE s.name = state)
    UNION ALL
    -- a rule that an earlier one of its phase always shadows
    SELECT late.pos, format('rule %s always speaks first', early.pos)
      FROM pgautofailover.rule early
      JOIN pgautofailover.rule late ON late.phase = early.phase AND late.pos > early.pos
     WHERE late.node_in <@ early.node_in
       AND (early.primary_in IS NULL OR late.primary_in <@ early.primary_in)
       AND early.requires <@ late.requires
       AND early.forbids <@ late.forbids;
END;

-- file: rules/group_lock_key.sql
-- The key of a group's advisory lock.
CREATE OR REPLACE FUNCTION pgautofailover.group_lock_key(formation_id text, group_id int)
RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN hashtextextended('pgautofailover.group ' || formation_id || ' ' || group_id::text, 0);

-- file: rules/lock_group.sql
-- The first thing a command does: nobody else decides about this group until the transaction ends. In a
-- transaction whose snapshot is older than the lock, everything that follows would act on what was.
CREATE OR REPLACE FUNCTION pgautofailover.lock_group(formation_id text, group_id int)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a command of the monitor reads after its lock, which a transaction that is % does not',
            current_setting('transaction_isolation')
            USING ERRCODE = 'active_sql_transaction', HINT = 'Use the isolation level READ COMMITTED.';
    END IF;
    PERFORM pg_advisory_xact_lock(pgautofailover.group_lock_key(lock_group.formation_id, lock_group.group_id));
END $$;

-- file: rules/lock_group_of.sql
-- Locks the group of a node. A node never changes its group, so that reading it first is safe; whether
-- the node is still there is asked after the lock.
CREATE OR REPLACE FUNCTION pgautofailover.lock_group_of(node_id bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pgautofailover.lock_group(n.formationid, n.groupid)
      FROM pgautofailover.registered_node n WHERE n.nodeid = lock_group_of.node_id;
END $$;

-- file: rules/log_event.sql
-- Writes an event about a node as it stands now, and tells those who listen: `log` carries the
-- sentence, `state` the node in the form that programs parse.
CREATE OR REPLACE FUNCTION pgautofailover.log_event(
    node_id bigint, description text, at timestamptz, rule_pos int = NULL, facts text[] = NULL)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE _node pgautofailover.node;
BEGIN
    SELECT * INTO STRICT _node FROM pgautofailover.node WHERE nodeid = log_event.node_id;
    INSERT INTO pgautofailover.event
        (eventtime, formationid, nodeid, groupid, nodename, nodehost, nodeport, reportedstate, goalstate,
         reportedrepstate, reportedtli, reportedlsn, candidatepriority, replicationquorum, description, rule_pos, facts)
    VALUES
        (log_event.at, _node.formationid, _node.nodeid, _node.groupid, _node.nodename, _node.nodehost, _node.nodeport,
         _node.reportedstate, _node.goalstate, _node.reportedrepstate, _node.reportedtli, _node.reportedlsn,
         _node.candidatepriority, _node.replicationquorum, log_event.description, log_event.rule_pos, log_event.facts);
    PERFORM pg_notify('log', left(log_event.description, 7000));
    PERFORM pg_notify('state', format(
        '{"type": "state", "formation": %s, "groupId": %s, "nodeId": %s, "name": %s, "host": %s, "port": %s, "reportedState": %s, "goalState": %s, "health":%s}',
        to_json(_node.formationid), _node.groupid, _node.nodeid, to_json(_node.nodename), to_json(_node.nodehost), _node.nodeport,
        to_json(_node.reportedstate::text), to_json(_node.goalstate::text),
        to_json(CASE _node.health WHEN 1 THEN 'good' WHEN 0 THEN 'bad' ELSE 'unknown' END)));
END $$;

-- file: rules/assign.sql
-- Assigns a goal to a node. A node that begins to take writes becomes the group's primary, and what the
-- old primary had in force no longer counts: the new one alone holds every acknowledged commit. If
-- number_sync_standbys demands it, its commits wait from the start for as many as before.
CREATE OR REPLACE FUNCTION pgautofailover.assign(
    node_id bigint, goal text, because text, at timestamptz, rule_pos int = NULL, facts text[] = NULL)
RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    _node pgautofailover.registered_node;
    _primary_id bigint;
    _reached int;
    _wanted record;
BEGIN
    UPDATE pgautofailover.registered_node
       SET goalstate = assign.goal, statechangetime = assign.at
     WHERE nodeid = assign.node_id AND goalstate NOT IN (assign.goal, 'dropped')
     RETURNING * INTO _node;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF (SELECT takes_writes FROM pgautofailover.node_state WHERE name = assign.goal) THEN
        SELECT primaryid INTO _primary_id FROM pgautofailover.node_group
         WHERE formationid = _node.formationid AND groupid = _node.groupid;
        UPDATE pgautofailover.node_group SET primaryid = _node.nodeid, preferredid = NULL, lossallowedby = NULL, lossreliesonid = NULL
         WHERE formationid = _node.formationid AND groupid = _node.groupid
           AND (primaryid, preferredid, lossallowedby) IS DISTINCT FROM (_node.nodeid, NULL::bigint, NULL::text);
        IF _primary_id IS DISTINCT FROM _node.nodeid THEN
            SELECT min(needed) INTO _reached FROM pgautofailover.synchronous_set
             WHERE formationid = _node.formationid AND groupid = _node.groupid;
            SELECT * INTO _wanted FROM pgautofailover.wanted_synchronous_set(_node.formationid, _node.groupid);
            DELETE FROM pgautofailover.synchronous_set
             WHERE formationid = _node.formationid AND groupid = _node.groupid;
            INSERT INTO pgautofailover.synchronous_set (formationid, groupid, members, needed, is_confirmed, recordedtime)
            VALUES (_node.formationid, _node.groupid, '{}', 0, true, assign.at);
            INSERT INTO pgautofailover.synchronous_set (formationid, groupid, members, needed, is_confirmed, recordedtime)
            SELECT _node.formationid, _node.groupid, _wanted.members, _wanted.needed, false, assign.at
              FROM pgautofailover.formation f
             WHERE f.formationid = _node.formationid AND f.number_sync_standbys > 0 AND _reached > 0 AND _wanted.needed > 0;
        END IF;
    END IF;
    PERFORM pgautofailover.log_event(assign.node_id,
        format('%s: goal %s because %s',
               pgautofailover.node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
               assign.goal, assign.because),
        assign.at, assign.rule_pos, assign.facts);
    RETURN true;
END $$;

-- file: rules/update_synchronous_set.sql
-- Notes the set that the primary is assigned from now on. A relaxation counts from this moment, since
-- the primary may act on it at once; a tightening only once it is confirmed. Until then all count.
CREATE OR REPLACE FUNCTION pgautofailover.update_synchronous_set(formation_id text, group_id int, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _goal text;
    _wanted record;
    _latest pgautofailover.synchronous_set;
BEGIN
    SELECT n.goalstate INTO _goal
      FROM pgautofailover.node_group g JOIN pgautofailover.registered_node n ON n.nodeid = g.primaryid
     WHERE g.formationid = update_synchronous_set.formation_id AND g.groupid = update_synchronous_set.group_id;
    IF _goal IS NULL OR NOT (SELECT takes_writes FROM pgautofailover.node_state WHERE name = _goal) THEN
        RETURN;  -- nobody takes writes: what was in force stays what counts
    END IF;
    SELECT * INTO _latest
      FROM pgautofailover.latest_synchronous_set(update_synchronous_set.formation_id, update_synchronous_set.group_id);
    SELECT * INTO _wanted
      FROM pgautofailover.wanted_synchronous_set(update_synchronous_set.formation_id, update_synchronous_set.group_id);
    IF _goal = 'single'
       -- one that waits for standbys goes on alone, unless number_sync_standbys holds its commits back
       OR (_goal = 'wait_primary'
           AND (coalesce(_latest.needed, 0) = 0
                OR (SELECT number_sync_standbys = 0 FROM pgautofailover.formation
                     WHERE formationid = update_synchronous_set.formation_id))) THEN
        SELECT '{}'::bigint[] AS members, 0 AS needed INTO _wanted;
    END IF;
    IF (_latest.members, _latest.needed) IS DISTINCT FROM (_wanted.members, _wanted.needed) THEN
        INSERT INTO pgautofailover.synchronous_set (formationid, groupid, members, needed, is_confirmed, recordedtime)
        VALUES (update_synchronous_set.formation_id, update_synchronous_set.group_id, _wanted.members, _wanted.needed, false,
                update_synchronous_set.at);
    END IF;
END $$;

-- file: rules/confirm_synchronous_set.sql
-- The primary tells which names are in force and confirmed: those of the latest set, and the earlier
-- sets no longer count. A keeper that does not tell its names (null) confirms with its state alone.
-- Names that are none of the sets' ('?' included) mean that somebody has changed them behind our back:
-- until they are confirmed again, the primary may have acknowledged alone.
CREATE OR REPLACE FUNCTION pgautofailover.confirm_synchronous_set(
    formation_id text, group_id int, state text, standby_names text, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE _latest pgautofailover.synchronous_set;
BEGIN
    SELECT * INTO _latest
      FROM pgautofailover.latest_synchronous_set(confirm_synchronous_set.formation_id, confirm_synchronous_set.group_id);
    IF NOT FOUND OR (confirm_synchronous_set.standby_names IS NULL
                     AND _latest.needed > 0 AND confirm_synchronous_set.state <> 'primary') THEN
        RETURN;
    END IF;
    IF NOT pgautofailover.names_match(confirm_synchronous_set.standby_names, _latest.members, _latest.needed) THEN
        IF NOT EXISTS (SELECT FROM pgautofailover.synchronous_set s
                        WHERE s.formationid = _latest.formationid AND s.groupid = _latest.groupid
                          AND (s.needed = 0
                               -- those of an earlier set, on the way to the latest
                               OR pgautofailover.names_match(confirm_synchronous_set.standby_names, s.members, s.needed))) THEN
            INSERT INTO pgautofailover.synchronous_set (formationid, groupid, members, needed, is_confirmed, recordedtime)
            VALUES (_latest.formationid, _latest.groupid, '{}', 0, false, confirm_synchronous_set.at),
                   (_latest.formationid, _latest.groupid, _latest.members, _latest.needed, false, confirm_synchronous_set.at);
        END IF;
        RETURN;
    END IF;
    IF NOT _latest.is_confirmed THEN
        DELETE FROM pgautofailover.synchronous_set
         WHERE formationid = confirm_synchronous_set.formation_id AND groupid = confirm_synchronous_set.group_id
           AND setid <> _latest.setid;
        UPDATE pgautofailover.synchronous_set SET is_confirmed = true WHERE setid = _latest.setid;
    END IF;
END $$;

-- file: rules/matches.sql
-- The rules that speak for a group now: of each place, which is a node in a phase, the first that matches.
-- Places count up in the order in which they are looked at.
CREATE OR REPLACE FUNCTION pgautofailover.matches(
    formation_id text, group_id int, at timestamptz, requested text[] = '{}', requested_of bigint = NULL)
RETURNS TABLE (place int, node_id bigint, primary_id bigint, rule_pos int, node_goal text, primary_goal text,
               candidates_goal text, because text, facts text[])
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH primary_node AS MATERIALIZED (
        SELECT p.nodeid, p.reportedstate, p.goalstate
          FROM pgautofailover.node_group g JOIN pgautofailover.registered_node p ON p.nodeid = g.primaryid
         WHERE g.formationid = matches.formation_id AND g.groupid = matches.group_id
    ), node AS MATERIALIZED (
        SELECT n.nodeid, n.reportedstate, n.goalstate, f.facts,
               p.nodeid AS primary_id, p.reportedstate AS primary_reported, p.goalstate AS primary_goal,
               row_number() OVER (ORDER BY (n.nodeid = g.preferredid) DESC NULLS LAST, n.candidatepriority DESC, n.nodeid) AS turn
          FROM pgautofailover.facts_of_group(matches.formation_id, matches.group_id, matches.at, matches.requested) f
          JOIN pgautofailover.registered_node n ON n.nodeid = f.node_id
          JOIN pgautofailover.node_group g USING (formationid, groupid)
          LEFT JOIN primary_node p ON true
    )
    SELECT (phase.turn * 1000 + node.turn)::int, node.nodeid, node.primary_id, r.pos, r.node_goal::text, r.primary_goal::text,
           r.candidates_goal::text, r.because, node.facts
      FROM (VALUES ('operator', 1), ('early', 2), ('election', 3), ('standby', 4), ('primary', 5)) AS phase (name, turn)
      JOIN node ON (phase.name <> 'primary' OR node.nodeid = node.primary_id)
               AND (phase.name NOT IN ('election', 'standby') OR node.nodeid IS DISTINCT FROM node.primary_id)
     CROSS JOIN LATERAL pgautofailover.match_rule(
           phase.name, node.reportedstate, node.goalstate, node.primary_reported, node.primary_goal, node.facts) r
     WHERE (phase.name = 'operator') = (matches.requested <> '{}')
       AND node.nodeid = coalesce(matches.requested_of, node.nodeid)
     ORDER BY phase.turn, node.turn;
END;

-- file: rules/say_why_nothing.sql
-- A rule says why nothing is done: noted when it is news, not at every look.
CREATE OR REPLACE FUNCTION pgautofailover.say_why_nothing(
    node_id bigint, rule_pos int, because text, at timestamptz, facts text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _group pgautofailover.node_group;
    _words text;
    _last pgautofailover.event;
BEGIN
    SELECT g.* INTO _group
      FROM pgautofailover.registered_node n JOIN pgautofailover.node_group g USING (formationid, groupid)
     WHERE n.nodeid = say_why_nothing.node_id;
    SELECT concat_ws(': ', say_why_nothing.because, string_agg(w.sentence, '; ')) INTO _words
      FROM pgautofailover.election_wait(_group.formationid, _group.groupid) w;
    SELECT * INTO _last FROM pgautofailover.event e
     WHERE e.formationid = _group.formationid AND e.groupid = _group.groupid AND e.rule_pos IS NOT NULL
     ORDER BY e.eventid DESC LIMIT 1;
    IF _last.rule_pos IS DISTINCT FROM say_why_nothing.rule_pos OR _last.description IS DISTINCT FROM _words THEN
        PERFORM pgautofailover.log_event(say_why_nothing.node_id, _words, say_why_nothing.at, say_why_nothing.rule_pos, say_why_nothing.facts);
    END IF;
END $$;

-- file: rules/end_accepted_loss.sql
-- A loss that an operator accepted counts for the election of that moment. It ends with a new primary, or
-- with the old one taking writes again (assign); and it ends here, before any rule looks, when the old
-- primary is heard again before anybody was chosen, when the node is gone that had most of what was left,
-- or when nobody is left who could take over. After that an operator decides anew.
CREATE OR REPLACE FUNCTION pgautofailover.end_accepted_loss(formation_id text, group_id int, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _group pgautofailover.node_group;
    _reason text;
BEGIN
    SELECT * INTO _group FROM pgautofailover.node_group g
     WHERE g.formationid = end_accepted_loss.formation_id AND g.groupid = end_accepted_loss.group_id
       AND g.lossallowedby IS NOT NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    WITH standing AS MATERIALIZED (
        SELECT * FROM pgautofailover.node_status(_group.formationid, _group.groupid, end_accepted_loss.at)
    ), left_over AS MATERIALIZED (
        SELECT * FROM pgautofailover.what_is_left(_group.formationid, _group.groupid, end_accepted_loss.at)
    )
    SELECT CASE
               WHEN EXISTS (SELECT FROM standing WHERE is_primary AND is_fresh)
                    AND NOT EXISTS (SELECT FROM standing WHERE goalstate = 'stop_replication')
                   THEN 'the old primary is heard again'
               WHEN NOT EXISTS (SELECT FROM left_over l WHERE l.nodeid = _group.lossreliesonid)
                   THEN 'the node is gone that had most of what was left'
               WHEN NOT EXISTS (SELECT FROM left_over WHERE may_lead)
                   THEN 'nobody is left who could take over'
           END INTO _reason;
    IF _reason IS NULL THEN
        RETURN;
    END IF;
    UPDATE pgautofailover.node_group g SET lossallowedby = NULL, lossreliesonid = NULL
     WHERE g.formationid = _group.formationid AND g.groupid = _group.groupid;
    PERFORM pgautofailover.log_event(n.nodeid,
                format('the decision of %s that commits may be lost has ended: %s', _group.lossallowedby, _reason),
                end_accepted_loss.at)
       FROM (SELECT nodeid FROM pgautofailover.registered_node
              WHERE formationid = _group.formationid AND groupid = _group.groupid
              ORDER BY nodeid = _group.lossreliesonid DESC, nodeid LIMIT 1) n;
END $$;

-- file: rules/advance_group.sql
-- Applies the rules to a group: phase by phase, in each phase every node once, in the order in which they
-- would lead. Returns whether a rule changed a goal. The caller holds the group's lock and gives the time.
CREATE OR REPLACE FUNCTION pgautofailover.advance_group(
    formation_id text, group_id int, at timestamptz, requested text[] = '{}', requested_of bigint = NULL)
RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    _done int := 0;  -- the places, each a node in a phase, that were looked at already
    _match record;
    _changed bool := false;
BEGIN
    PERFORM pgautofailover.end_accepted_loss(advance_group.formation_id, advance_group.group_id, advance_group.at);
    LOOP
        _match := NULL;
        SELECT m.* INTO _match
          FROM pgautofailover.matches(advance_group.formation_id, advance_group.group_id, advance_group.at,
                                      advance_group.requested, advance_group.requested_of) m
         WHERE m.place > _done
         ORDER BY m.place LIMIT 1;
        EXIT WHEN _match.place IS NULL;
        _done := _match.place;

        IF _match.node_goal IS NULL AND _match.primary_goal IS NULL AND _match.candidates_goal IS NULL THEN
            PERFORM pgautofailover.say_why_nothing(_match.node_id, _match.rule_pos, _match.because, advance_group.at, _match.facts);
            CONTINUE;
        END IF;
        -- who gives way first: at no moment are two nodes assigned to take writes
        IF _match.primary_goal IS NOT NULL AND _match.primary_id IS NOT NULL THEN
            _changed := pgautofailover.assign(_match.primary_id, _match.primary_goal, _match.because, advance_group.at,
                                              _match.rule_pos, _match.facts) OR _changed;
        END IF;
        IF _match.candidates_goal IS NOT NULL THEN
            _changed := coalesce((
                SELECT bool_or(pgautofailover.assign(c.nodeid, _match.candidates_goal, _match.because, advance_group.at,
                                                     _match.rule_pos, _match.facts))
                  FROM (SELECT nodeid FROM pgautofailover.registered_node
                         WHERE formationid = advance_group.formation_id AND groupid = advance_group.group_id
                           AND nodeid <> _match.node_id
                           AND goalstate IN ('secondary', 'join_secondary', 'prepare_promotion', 'stop_replication', 'report_lsn', 'fast_forward')
                         ORDER BY nodeid) c), false) OR _changed;
        END IF;
        IF _match.node_goal IS NOT NULL THEN
            _changed := pgautofailover.assign(_match.node_id, _match.node_goal, _match.because, advance_group.at,
                                              _match.rule_pos, _match.facts) OR _changed;
        END IF;
    END LOOP;
    PERFORM pgautofailover.update_synchronous_set(advance_group.formation_id, advance_group.group_id, advance_group.at);
    RETURN _changed;
END $$;

-- file: rules/add_formation.sql
-- Checks what a formation is asked to be, and adds it. (A function in plpgsql cannot give a column the
-- name of a parameter, as create_formation has to.)
CREATE OR REPLACE FUNCTION pgautofailover.add_formation(
    formation_id text, of_kind text, for_database name, may_have_standbys bool, confirmations int)
RETURNS SETOF pgautofailover.formation LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pgautofailover.lock_group(add_formation.formation_id, 0);
    IF octet_length(add_formation.formation_id) NOT BETWEEN 1 AND 255 THEN
        RAISE EXCEPTION 'the name of a formation has 1 to 255 bytes, and this one has %', octet_length(add_formation.formation_id)
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Choose another name.';
    END IF;
    IF add_formation.of_kind <> 'pgsql' THEN
        RAISE EXCEPTION 'a formation of kind "%" is not supported', add_formation.of_kind
            USING ERRCODE = 'invalid_parameter_value', HINT = 'The only kind of formation is pgsql.';
    END IF;
    IF add_formation.for_database = '' THEN
        RAISE EXCEPTION 'a formation serves a database, and none is named'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name the database that clients connect to, such as postgres.';
    END IF;
    IF add_formation.confirmations < 0 THEN
        RAISE EXCEPTION 'number_sync_standbys must not be negative, as % is', add_formation.confirmations
            USING ERRCODE = 'invalid_parameter_value', HINT = 'With 0 a primary goes on alone when all its standbys are lost.';
    END IF;
    IF add_formation.confirmations > 0 AND NOT add_formation.may_have_standbys THEN
        RAISE EXCEPTION 'number_sync_standbys is %, and a formation without standbys has none that could confirm commits',
            add_formation.confirmations
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Allow standbys, or use number_sync_standbys = 0.';
    END IF;
    IF EXISTS (SELECT FROM pgautofailover.formation f WHERE f.formationid = add_formation.formation_id) THEN
        RAISE EXCEPTION 'formation "%" exists already', add_formation.formation_id
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'formation_pkey', HINT = 'Choose another name.';
    END IF;
    RETURN QUERY
        INSERT INTO pgautofailover.formation (formationid, kind, dbname, opt_secondary, number_sync_standbys)
        VALUES (add_formation.formation_id, add_formation.of_kind, add_formation.for_database,
                add_formation.may_have_standbys, add_formation.confirmations)
        RETURNING *;
END $$;

-- file: rules/forget_node.sql
-- Removes a node's row for good; the caller holds the group's lock. Events keep its story.
CREATE OR REPLACE FUNCTION pgautofailover.forget_node(node_id bigint, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE _node pgautofailover.registered_node;
BEGIN
    DELETE FROM pgautofailover.registered_node WHERE nodeid = forget_node.node_id RETURNING * INTO _node;
    PERFORM pg_notify('log', format('%s has left formation "%s"',
        pgautofailover.node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport), _node.formationid));
    PERFORM pgautofailover.advance_group(_node.formationid, _node.groupid, forget_node.at);
END $$;

-- file: rules/record_position.sql
-- Keeps for good what a report says of the group's log: on which timeline a primary takes writes; up to where
-- no commit may be lost although no standby confirms any, since an operator who takes the last one out of the
-- quorum takes nothing back of what was promised before; and how far a standby got that has stopped
-- receiving. One that receives again has no such position any more.
CREATE OR REPLACE FUNCTION pgautofailover.record_position(node_id bigint, state text, is_running bool, timeline int, "position" pg_lsn)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _state pgautofailover.node_state;
    _is_asynchronous bool;
BEGIN
    SELECT * INTO _state FROM pgautofailover.node_state WHERE name = record_position.state;
    IF _state.takes_writes AND record_position.is_running AND record_position.timeline > 0 THEN
        UPDATE pgautofailover.node_group g SET tli = record_position.timeline
         WHERE g.primaryid = record_position.node_id AND g.tli IS DISTINCT FROM record_position.timeline;
        SELECT NOT coalesce(bool_or(o.replicationquorum), false) INTO _is_asynchronous
          FROM pgautofailover.registered_node n
          LEFT JOIN pgautofailover.registered_node o
            ON o.formationid = n.formationid AND o.groupid = n.groupid AND o.nodeid <> n.nodeid AND o.goalstate <> 'dropped'
         WHERE n.nodeid = record_position.node_id;
        UPDATE pgautofailover.node_group g
           SET asynchronouslsn = CASE WHEN _is_asynchronous THEN record_position."position" END
         WHERE g.primaryid = record_position.node_id AND record_position."position" <> '0/0'
           AND ((g.asynchronouslsn IS NOT NULL) <> _is_asynchronous
                -- the primary has less than that: what was accepted as lost is promised no more
                OR record_position."position" < g.asynchronouslsn);
    END IF;
    IF NOT _state.is_detached THEN
        UPDATE pgautofailover.registered_node SET detachedlsn = NULL, detachedtli = NULL
         WHERE nodeid = record_position.node_id AND detachedlsn IS NOT NULL;
    ELSIF record_position.is_running AND record_position."position" <> '0/0' AND record_position.timeline > 0 THEN
        UPDATE pgautofailover.registered_node
           SET detachedlsn = record_position."position", detachedtli = record_position.timeline
         WHERE nodeid = record_position.node_id
           AND (detachedlsn, detachedtli) IS DISTINCT FROM (record_position."position", record_position.timeline);
    END IF;
END $$;

-- file: rules/record_system_identifier.sql
-- Notes the system identifier of a node's cluster; refuses one that is not the group's.
CREATE OR REPLACE FUNCTION pgautofailover.record_system_identifier(of_node bigint, identifier bigint)
RETURNS SETOF pgautofailover.registered_node LANGUAGE plpgsql AS $$
DECLARE
    _node pgautofailover.registered_node;
    _known bigint;
BEGIN
    PERFORM pgautofailover.lock_group_of(record_system_identifier.of_node);
    SELECT * INTO _node FROM pgautofailover.registered_node WHERE nodeid = record_system_identifier.of_node;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF record_system_identifier.identifier = 0 THEN
        RETURN NEXT _node;  -- 0 means unknown, and tells nothing
        RETURN;
    END IF;
    SELECT sysidentifier INTO _known FROM pgautofailover.node_group
     WHERE formationid = _node.formationid AND groupid = _node.groupid;
    IF _known <> record_system_identifier.identifier THEN
        RAISE EXCEPTION 'system identifier % is not that of the group, which is %', record_system_identifier.identifier, _known
            USING ERRCODE = 'exclusion_violation',
                  HINT = 'The node holds the data of another cluster: drop it, and create it again in an empty directory.';
    END IF;
    UPDATE pgautofailover.node_group SET sysidentifier = record_system_identifier.identifier
     WHERE formationid = _node.formationid AND groupid = _node.groupid AND sysidentifier IS NULL;
    UPDATE pgautofailover.registered_node SET sysidentifier = record_system_identifier.identifier
     WHERE nodeid = _node.nodeid AND sysidentifier IS DISTINCT FROM record_system_identifier.identifier;
    RETURN NEXT _node;
END $$;

-- file: rules/lower_number_sync_standbys.sql
-- A node has left, or is leaving: the formation demands no more confirmations than leave one standby to
-- spare. The caller holds the group's lock.
CREATE OR REPLACE FUNCTION pgautofailover.lower_number_sync_standbys(formation_id text, group_id int)
RETURNS void LANGUAGE sql
BEGIN ATOMIC
    UPDATE pgautofailover.formation
       SET number_sync_standbys = greatest(q.standbys - 1, 0)
      FROM (SELECT (count(*) - 1)::int AS standbys FROM pgautofailover.registered_node n
             WHERE n.formationid = lower_number_sync_standbys.formation_id AND n.groupid = lower_number_sync_standbys.group_id
               AND n.goalstate <> 'dropped' AND n.replicationquorum) q
     WHERE formation.formationid = lower_number_sync_standbys.formation_id
       AND formation.number_sync_standbys > greatest(q.standbys - 1, 0);
END;

-- file: rules/explain_refusal.sql
-- Why an operator's request is not granted: for each rule about it, what is missing and what stands in
-- the way, in words.
CREATE OR REPLACE FUNCTION pgautofailover.explain_refusal(
    formation_id text, group_id int, node_id bigint, at timestamptz, requested text)
RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH now AS (
        SELECT n.reportedstate, n.goalstate, p.reportedstate AS primary_reported, p.goalstate AS primary_goal,
               pgautofailover.group_facts(explain_refusal.formation_id, explain_refusal.group_id,
                   explain_refusal.node_id, explain_refusal.at, ARRAY[explain_refusal.requested]) AS facts
          FROM pgautofailover.registered_node n
          JOIN pgautofailover.node_group g USING (formationid, groupid)
          LEFT JOIN pgautofailover.registered_node p ON p.nodeid = g.primaryid
         WHERE n.nodeid = explain_refusal.node_id
    ), obstacle AS (
        SELECT r.pos, CASE WHEN lacking THEN 'it is not so that ' ELSE '' END || f.means AS words
          FROM now, pgautofailover.rule r
          CROSS JOIN LATERAL (
              SELECT unnest(r.requires) AS name, true AS lacking
              EXCEPT SELECT unnest(now.facts), true
              UNION ALL
              (SELECT unnest(r.forbids), false INTERSECT SELECT unnest(now.facts), false)) o
          JOIN pgautofailover.fact f USING (name)
         WHERE r.phase = 'operator' AND explain_refusal.requested = ANY (r.requires)
           AND pgautofailover.label_matches(r.node_in, now.reportedstate, now.goalstate)
           AND (r.primary_in IS NULL OR pgautofailover.label_matches(r.primary_in, now.primary_reported, now.primary_goal))
    )
    SELECT coalesce(
               string_agg(format('rule %s: %s', pos, words), '; ' ORDER BY pos, words),
               (SELECT format('the node is in state %s beside a primary in state %s, and the rules grant it to a node in state %s',
                              pgautofailover.node_label(now.reportedstate, now.goalstate),
                              coalesce(pgautofailover.node_label(now.primary_reported, now.primary_goal), 'that is not known'),
                              (SELECT string_agg(DISTINCT state, ' or ')
                                 FROM pgautofailover.rule r, unnest(r.node_in) AS state
                                WHERE r.phase = 'operator' AND explain_refusal.requested = ANY (r.requires)))
                  FROM now))
           || coalesce((SELECT '; beside it: ' || string_agg(format('%s in state %s', n.nodename,
                                     pgautofailover.node_label(n.reportedstate, n.goalstate)), ', ' ORDER BY n.nodeid)
                          FROM pgautofailover.registered_node n
                         WHERE n.formationid = explain_refusal.formation_id AND n.groupid = explain_refusal.group_id
                           AND n.nodeid <> explain_refusal.node_id), '')
      FROM obstacle;
END;

-- file: rules/request_failover.sql
-- Lets the rules grant an operator's request that concerns the primary, or says why they do not. The
-- caller holds the group's lock and gives the time.
CREATE OR REPLACE FUNCTION pgautofailover.request_failover(formation_id text, group_id int, request text, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE _primary_id bigint;
BEGIN
    SELECT primaryid INTO _primary_id FROM pgautofailover.node_group
     WHERE formationid = request_failover.formation_id AND groupid = request_failover.group_id;
    IF NOT pgautofailover.advance_group(request_failover.formation_id, request_failover.group_id, request_failover.at,
                                        ARRAY[request_failover.request], coalesce(_primary_id, 0)) THEN
        RAISE EXCEPTION 'a failover is not possible now: %',
            coalesce(pgautofailover.explain_refusal(request_failover.formation_id, request_failover.group_id, _primary_id,
                                                    request_failover.at, request_failover.request),
                     'the group has no primary; a new one is chosen among those that are left')
            USING ERRCODE = 'internal_error',
                  HINT = format('Look at the nodes with: pg_autoctl show state. All rules: SELECT * FROM pgautofailover.why(%L, %s)',
                                request_failover.formation_id, request_failover.group_id);
    END IF;
END $$;

-- file: rules/require_settled_settings.sql
-- Refuses a change of settings while the primary applies an earlier one.
CREATE OR REPLACE FUNCTION pgautofailover.require_settled_settings(formation_id text, group_id int)
RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF EXISTS (SELECT FROM pgautofailover.node_group g JOIN pgautofailover.registered_node p ON p.nodeid = g.primaryid
                WHERE g.formationid = require_settled_settings.formation_id AND g.groupid = require_settled_settings.group_id
                  AND 'apply_settings' IN (p.reportedstate, p.goalstate)) THEN
        RAISE EXCEPTION 'the primary of group % of formation "%" is applying an earlier change of settings',
            require_settled_settings.group_id, require_settled_settings.formation_id
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Try again in a moment.';
    END IF;
END $$;

-- file: rules/node_to_set.sql
-- The node whose settings are to be changed, or an error. The caller holds the group's lock.
CREATE OR REPLACE FUNCTION pgautofailover.node_to_set(formation_id text, node_name text)
RETURNS pgautofailover.registered_node LANGUAGE plpgsql STABLE AS $$
DECLARE _node pgautofailover.registered_node;
BEGIN
    SELECT * INTO _node FROM pgautofailover.registered_node
     WHERE formationid = node_to_set.formation_id AND nodename = node_to_set.node_name AND goalstate <> 'dropped';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'formation "%" has no node "%"', node_to_set.formation_id, node_to_set.node_name
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    PERFORM pgautofailover.require_settled_settings(_node.formationid, _node.groupid);
    RETURN _node;
END $$;

-- file: rules/apply_changed_settings.sql
-- Notes that an operator changed settings of this node, and lets the primary apply them. Without a primary
-- that could, they count for the next election. The caller holds the group's lock and gives the time.
CREATE OR REPLACE FUNCTION pgautofailover.apply_changed_settings(
    formation_id text, group_id int, node_id bigint, words text, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE _primary_id bigint;
BEGIN
    PERFORM pgautofailover.log_event(n.nodeid,
                format('%s: %s', pgautofailover.node_description(n.nodeid, n.nodename, n.nodehost, n.nodeport), apply_changed_settings.words),
                apply_changed_settings.at)
       FROM pgautofailover.registered_node n WHERE n.nodeid = apply_changed_settings.node_id;
    SELECT primaryid INTO _primary_id FROM pgautofailover.node_group
     WHERE formationid = apply_changed_settings.formation_id AND groupid = apply_changed_settings.group_id;
    PERFORM pgautofailover.advance_group(apply_changed_settings.formation_id, apply_changed_settings.group_id,
        apply_changed_settings.at, '{requested_settings}', coalesce(_primary_id, 0));
    PERFORM pgautofailover.advance_group(apply_changed_settings.formation_id, apply_changed_settings.group_id, apply_changed_settings.at);
END $$;

-- file: api/create_formation.sql
-- Creates a formation, which has no nodes yet.
CREATE OR REPLACE FUNCTION pgautofailover.create_formation(
    formation_id text, kind text, dbname name, opt_secondary bool, number_sync_standbys int,
    OUT formation_id text, OUT kind text, OUT dbname name, OUT opt_secondary bool, OUT number_sync_standbys int)
LANGUAGE sql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT f.formationid, f.kind, f.dbname, f.opt_secondary, f.number_sync_standbys
      FROM pgautofailover.add_formation($1, $2, $3, $4, $5) f;
END;
COMMENT ON FUNCTION pgautofailover.create_formation IS 'creates a formation';

-- file: api/drop_formation.sql
-- Drops a formation that has no nodes. Events keep its story.
CREATE OR REPLACE FUNCTION pgautofailover.drop_formation(formation_id text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE _node registered_node;
BEGIN
    PERFORM lock_group(drop_formation.formation_id, 0);
    SELECT * INTO _node FROM registered_node WHERE formationid = drop_formation.formation_id ORDER BY nodeid LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'formation "%" still has nodes, such as %', drop_formation.formation_id,
            node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport)
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'node_formationid_fkey',
                  HINT = 'Drop its nodes first with: pg_autoctl drop node';
    END IF;
    DELETE FROM node_group WHERE formationid = drop_formation.formation_id;
    DELETE FROM formation WHERE formationid = drop_formation.formation_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'formation "%" does not exist', drop_formation.formation_id
            USING ERRCODE = 'internal_error', HINT = 'List the formations with: pg_autoctl show uri';
    END IF;
END $$;
COMMENT ON FUNCTION pgautofailover.drop_formation IS 'drops a formation that has no nodes';

-- file: api/enable_secondary.sql
-- Allows standbys in a formation. Answers whether there is such a formation.
CREATE OR REPLACE FUNCTION pgautofailover.enable_secondary(formation_id text)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    PERFORM lock_group(enable_secondary.formation_id, 0);
    UPDATE formation SET opt_secondary = true WHERE formationid = enable_secondary.formation_id;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION pgautofailover.enable_secondary IS 'allows standbys in a formation';

-- file: api/disable_secondary.sql
-- Forbids standbys in a formation that has none; commits then wait for nobody. Answers whether there is
-- such a formation. (The table's trigger refuses it where there are standbys.)
CREATE OR REPLACE FUNCTION pgautofailover.disable_secondary(formation_id text)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    PERFORM lock_group(disable_secondary.formation_id, 0);
    UPDATE formation SET opt_secondary = false, number_sync_standbys = 0
     WHERE formationid = disable_secondary.formation_id;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION pgautofailover.disable_secondary IS 'forbids standbys in a formation that has none';

-- file: api/register_node.sql
-- Registers a node and chooses its first goal: the first of a group is its primary, another one waits
-- to become a standby. A keeper that did not get the answer asks again, from the same address and in the same
-- words: it is told of the node that is there, as long as that one has never reported.
CREATE OR REPLACE FUNCTION pgautofailover.register_node(
    formation_id text, node_host text, node_port int, dbname name, node_name text = '',
    sysidentifier bigint = 0, desired_node_id bigint = -1, desired_group_id int = -1,
    initial_group_role pgautofailover.replication_state = 'init', node_kind text = 'standalone',
    candidate_priority int = 100, replication_quorum bool = true, node_cluster text = 'default',
    OUT assigned_node_id bigint, OUT assigned_group_id int, OUT assigned_group_state pgautofailover.replication_state,
    OUT assigned_candidate_priority int, OUT assigned_replication_quorum bool, OUT assigned_node_name text)
LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _formation formation;
    _group node_group;
    _sysidentifier bigint;
    _node_id bigint;
    _others int;
    _goal text;
    _taken text;
BEGIN
    PERFORM lock_group(register_node.formation_id, 0);
    _at := monitor_clock();
    SELECT * INTO _formation FROM formation WHERE formationid = register_node.formation_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'formation "%" does not exist', register_node.formation_id
            USING ERRCODE = 'invalid_object_definition',
                  HINT = 'Use --formation with the name of a formation that exists, such as default.';
    END IF;
    IF register_node.node_kind <> 'standalone' THEN
        RAISE EXCEPTION 'node kind "%" is not supported', register_node.node_kind
            USING ERRCODE = 'invalid_parameter_value', HINT = 'The only kind of node is standalone.';
    END IF;
    IF register_node.desired_group_id > 0 THEN
        RAISE EXCEPTION 'group % is not possible in formation "%"', register_node.desired_group_id, register_node.formation_id
            USING ERRCODE = 'internal_error', HINT = 'A formation of kind pgsql has the one group 0.';
    END IF;
    IF register_node.node_port NOT BETWEEN 1 AND 65535 OR register_node.node_host = '' THEN
        RAISE EXCEPTION 'a node needs a host and a port from 1 to 65535, not "%:%"', register_node.node_host, register_node.node_port
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the address that the other nodes can reach, with --hostname and --pgport.';
    END IF;
    IF octet_length(register_node.node_name) > 255 OR octet_length(register_node.node_host) > 255 THEN
        RAISE EXCEPTION 'the name and the host of a node may have at most 255 bytes'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Choose a shorter --name or --hostname.';
    END IF;
    IF register_node.desired_node_id <> -1 AND register_node.desired_node_id NOT BETWEEN 1 AND 2147483647 THEN
        RAISE EXCEPTION 'node id % is not between 1 and 2147483647', register_node.desired_node_id
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave it out: the monitor chooses one.';
    END IF;
    IF register_node.candidate_priority NOT BETWEEN 0 AND 100 THEN
        RAISE EXCEPTION 'candidate priority % is not between 0 and 100', register_node.candidate_priority
            USING ERRCODE = 'invalid_parameter_value', HINT = '0 never leads; among the others the highest leads.';
    END IF;

    SELECT n.nodeid INTO _node_id FROM registered_node n LEFT JOIN node_report r USING (nodeid)
     WHERE n.formationid = register_node.formation_id AND _formation.dbname = register_node.dbname
       AND n.nodehost = register_node.node_host AND n.nodeport = register_node.node_port
       AND register_node.node_name IN ('', n.nodename) AND register_node.desired_node_id IN (-1, n.nodeid)
       AND n.sysidentifier IS NOT DISTINCT FROM nullif(register_node.sysidentifier, 0)
       AND n.registeredfrom IS NOT DISTINCT FROM inet_client_addr()
       AND n.reportedstate = register_node.initial_group_role AND n.goalstate <> 'dropped'
       AND n.reportnumber = 0 AND r.reporttime IS NULL;
    IF FOUND THEN
        SELECT n.nodeid, n.groupid, n.goalstate, n.candidatepriority, n.replicationquorum, n.nodename
          INTO STRICT assigned_node_id, assigned_group_id, assigned_group_state, assigned_candidate_priority,
                      assigned_replication_quorum, assigned_node_name
          FROM registered_node n WHERE n.nodeid = _node_id;
        RETURN;
    END IF;
    SELECT node_description(nodeid, nodename, nodehost, nodeport) INTO _taken FROM registered_node
     WHERE (formationid = register_node.formation_id AND nodename = register_node.node_name)
        OR (nodehost = register_node.node_host AND nodeport = register_node.node_port)
        OR nodeid = register_node.desired_node_id;
    IF FOUND THEN
        RAISE EXCEPTION 'a node with this name, host and port, or id is registered already: %', _taken
            USING ERRCODE = 'unique_violation',
                  HINT = 'Choose another --name or --pgport, or remove the node that has it with: pg_autoctl drop node';
    END IF;

    SELECT count(*) INTO _others FROM registered_node
     WHERE formationid = register_node.formation_id AND groupid = 0 AND goalstate <> 'dropped';
    IF _formation.dbname <> register_node.dbname THEN
        IF _others > 0 THEN
            RAISE EXCEPTION 'formation "%" serves the database "%", not "%"',
                register_node.formation_id, _formation.dbname, register_node.dbname
                USING ERRCODE = 'internal_error', HINT = format('Use --dbname %s.', _formation.dbname);
        END IF;
        UPDATE formation SET dbname = register_node.dbname WHERE formationid = register_node.formation_id;
    END IF;
    IF _others > 0 AND NOT _formation.opt_secondary THEN
        RAISE EXCEPTION 'formation "%" has no standbys', register_node.formation_id
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    -- A node that was dropped while it took writes, and has not said that it has stopped, may still do so.
    IF _others = 0 THEN
        SELECT node_description(n.nodeid, n.nodename, n.nodehost, n.nodeport) INTO _taken
          FROM registered_node n JOIN node_state s ON s.name = n.reportedstate
         WHERE n.formationid = register_node.formation_id AND n.groupid = 0 AND s.takes_writes;
        IF FOUND THEN
            RAISE EXCEPTION '% was dropped and has not stopped yet', _taken
                USING ERRCODE = 'object_in_use',
                      HINT = 'It is tried again. If its host is gone for good: pg_autoctl drop node --force.';
        END IF;
    END IF;

    INSERT INTO node_group (formationid, groupid) VALUES (register_node.formation_id, 0) ON CONFLICT DO NOTHING;
    IF _others = 0 THEN
        -- an empty group may take any data; nodes still leaving keep theirs until they have left
        UPDATE registered_node SET sysidentifier = NULL WHERE formationid = register_node.formation_id AND groupid = 0;
        UPDATE node_group SET sysidentifier = NULL, primaryid = NULL, tli = NULL, preferredid = NULL,
               lossallowedby = NULL, lossreliesonid = NULL
         WHERE formationid = register_node.formation_id AND groupid = 0;
        DELETE FROM synchronous_set WHERE formationid = register_node.formation_id AND groupid = 0;
    END IF;
    SELECT * INTO _group FROM node_group WHERE formationid = register_node.formation_id AND groupid = 0;

    _sysidentifier := nullif(register_node.sysidentifier, 0);
    IF _sysidentifier <> _group.sysidentifier THEN
        RAISE EXCEPTION 'system identifier % is not that of group 0 of formation "%", which is %',
            _sysidentifier, register_node.formation_id, _group.sysidentifier
            USING ERRCODE = 'exclusion_violation',
                  HINT = 'The directory holds the data of another cluster: use an empty --pgdata, or another --formation.';
    END IF;
    UPDATE node_group g SET sysidentifier = _sysidentifier
     WHERE g.formationid = register_node.formation_id AND groupid = 0 AND g.sysidentifier IS NULL AND _sysidentifier IS NOT NULL;

    IF _others = 0 AND register_node.candidate_priority > 0 THEN
        _goal := 'single';
    ELSIF EXISTS (SELECT FROM registered_node n JOIN node_state s ON s.name = n.goalstate
                   WHERE n.formationid = register_node.formation_id AND n.groupid = 0 AND s.takes_writes)
          OR EXISTS (SELECT FROM registered_node
                      WHERE formationid = register_node.formation_id AND groupid = 0
                        AND goalstate IN ('prepare_promotion', 'stop_replication', 'fast_forward')) THEN
        _goal := 'wait_standby';
    ELSIF _others = 0 THEN
        RAISE EXCEPTION 'the first node of group 0 of formation "%" must be able to lead, and its candidate priority is 0', register_node.formation_id
            USING ERRCODE = 'object_in_use', HINT = 'Choose a candidate priority above 0, or create another node first.';
    ELSE
        RAISE EXCEPTION 'group 0 of formation "%" has no primary that a new node could follow', register_node.formation_id
            USING ERRCODE = 'object_in_use', HINT = 'Try again when the group has a primary.';
    END IF;
    IF register_node.initial_group_role <> 'init' AND register_node.initial_group_role <> _goal THEN
        RAISE EXCEPTION 'the node cannot be registered in state "%": it should be in state "%"',
            register_node.initial_group_role, _goal USING ERRCODE = 'internal_error';
    END IF;

    IF register_node.desired_node_id = -1 THEN
        _node_id := nextval('registered_node_nodeid_seq');
    ELSE
        _node_id := register_node.desired_node_id;
        PERFORM setval('registered_node_nodeid_seq', greatest(_node_id, (SELECT last_value FROM registered_node_nodeid_seq)));
    END IF;
    INSERT INTO registered_node
        (formationid, nodeid, groupid, nodename, nodehost, nodeport, sysidentifier, reportedstate,
         statechangetime, candidatepriority, replicationquorum, nodecluster, registeredfrom)
    VALUES
        (register_node.formation_id, _node_id, 0,
         CASE register_node.node_name WHEN '' THEN 'node_' || _node_id ELSE register_node.node_name END,
         register_node.node_host, register_node.node_port, _sysidentifier, register_node.initial_group_role,
         _at, register_node.candidate_priority, register_node.replication_quorum, register_node.node_cluster,
         inet_client_addr());
    INSERT INTO node_report (nodeid) VALUES (_node_id);
    PERFORM assign(_node_id, _goal, 'the node was registered', _at);
    -- With a second standby to wait for, one may be lost and each commit still be held twice. An operator
    -- who has chosen 0 keeps it.
    IF _goal = 'wait_standby' AND _formation.number_sync_standbys = 0 AND NOT _formation.stays_at_zero
       AND (SELECT count(*) = 2 FROM registered_node n JOIN node_group g USING (formationid, groupid)
             WHERE n.formationid = register_node.formation_id AND n.groupid = 0 AND n.goalstate <> 'dropped'
               AND n.replicationquorum AND n.nodeid IS DISTINCT FROM g.primaryid) THEN
        UPDATE formation SET number_sync_standbys = 1 WHERE formationid = register_node.formation_id;
        PERFORM log_event(_node_id, 'with a second standby in the quorum number_sync_standbys is 1 from now on', _at);
    END IF;
    PERFORM advance_group(register_node.formation_id, 0, _at);

    SELECT n.nodeid, n.groupid, n.goalstate, n.candidatepriority, n.replicationquorum, n.nodename
      INTO STRICT assigned_node_id, assigned_group_id, assigned_group_state, assigned_candidate_priority,
                  assigned_replication_quorum, assigned_node_name
      FROM registered_node n WHERE n.nodeid = _node_id;
END $$;
COMMENT ON FUNCTION pgautofailover.register_node IS 'registers a node and tells its first goal';

-- file: api/node_active.sql
-- A keeper reports what it sees of its server and learns the state it should be in.
--
-- A report that repeats what is known takes no lock, runs no rule and leaves no WAL but the commit's
-- own record, which nobody waits for. Any other locks the group, takes the time, reads, and lets the
-- rules speak. The last six arguments are optional: standby names in force and confirmed, on a
-- primary, '?' when they are not; milliseconds since the primary was last heard, on a standby; what is
-- wrong, in one line; a number that rises from report to report, so that one that was held up on its
-- way is not taken for a new one; the standbys that have answered lately, on a primary;
-- recovery_min_apply_delay in milliseconds, on a standby. current_pg_is_running null means that the
-- server is being restarted in place.
CREATE OR REPLACE FUNCTION pgautofailover.node_active(
    formation_id text, node_id bigint, group_id int,
    current_group_role pgautofailover.replication_state = 'init', current_pg_is_running bool = true,
    current_tli int = 1, current_lsn pg_lsn = '0/0', current_rep_state text = '',
    current_standby_names text = NULL, current_upstream_silence int = NULL, current_problem text = NULL,
    current_report_number bigint = NULL, current_connected bigint[] = NULL, current_apply_delay int = NULL,
    OUT assigned_node_id bigint, OUT assigned_group_id int, OUT assigned_group_state pgautofailover.replication_state,
    OUT assigned_candidate_priority int, OUT assigned_replication_quorum bool)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
    _silence interval;
    _problem_before text;
    _number_before bigint;
BEGIN
    -- Nobody waits for the disk for a heartbeat. (A transaction that did more before keeps its promise.)
    IF pg_current_xact_id_if_assigned() IS NULL THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    _at := monitor_clock();
    _silence := make_interval(secs => node_active.current_upstream_silence / 1000.0);
    UPDATE node_report r
       SET reporttime = _at,
           lsn = CASE WHEN node_active.current_lsn = '0/0' THEN r.lsn ELSE node_active.current_lsn END,
           walreporttime = CASE WHEN node_active.current_lsn = '0/0' THEN r.walreporttime ELSE _at END,
           upstreamsilence = _silence,
           reportnumber = coalesce(node_active.current_report_number, r.reportnumber)
      FROM registered_node n
      JOIN node_state s ON s.name = n.goalstate
      JOIN node_group g USING (formationid, groupid)
      JOIN registered_node p ON p.nodeid = g.primaryid
      JOIN node_state ps ON ps.name = p.goalstate
     WHERE n.nodeid = r.nodeid AND r.nodeid = node_active.node_id
       AND n.formationid = node_active.formation_id
       -- nothing is under way, for this node or its primary
       AND n.reportedstate = n.goalstate AND n.reportedstate = node_active.current_group_role AND s.is_settled
       AND p.reportedstate = p.goalstate AND ps.is_settled
       AND coalesce(node_active.current_report_number > greatest(r.reportnumber, n.reportnumber), true)
       -- and the report is of the same kind as the one before
       AND is_fresh(r.reporttime, _at)
       AND r.pgisrunning AND node_active.current_pg_is_running
       AND (r.tli = node_active.current_tli OR node_active.current_tli = 0)
       AND r.repstate = node_active.current_rep_state
       AND r.standbynames IS NOT DISTINCT FROM node_active.current_standby_names
       AND r.problem IS NOT DISTINCT FROM node_active.current_problem
       AND r.connected IS NOT DISTINCT FROM node_active.current_connected
       AND r.applydelay IS NOT DISTINCT FROM node_active.current_apply_delay
       AND (_silence < unhealthy_timeout()) IS NOT DISTINCT FROM (r.upstreamsilence < unhealthy_timeout())
    RETURNING n.nodeid, n.groupid, n.goalstate, n.candidatepriority, n.replicationquorum
      INTO assigned_node_id, assigned_group_id, assigned_group_state, assigned_candidate_priority, assigned_replication_quorum;
    IF FOUND THEN
        RETURN;
    END IF;

    PERFORM lock_group_of(node_active.node_id);
    _at := monitor_clock();
    SELECT * INTO _node FROM registered_node WHERE nodeid = node_active.node_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'node % is not registered', node_active.node_id
            USING ERRCODE = 'undefined_object', HINT = 'It was removed: register it again with pg_autoctl create postgres.';
    END IF;
    IF _node.formationid IS DISTINCT FROM node_active.formation_id THEN
        RAISE EXCEPTION 'node % belongs to formation "%", not "%"', _node.nodeid, _node.formationid, node_active.formation_id
            USING ERRCODE = 'invalid_object_definition';
    END IF;
    IF NOT EXISTS (SELECT FROM node_state WHERE name = node_active.current_group_role) THEN
        RAISE EXCEPTION '"%" is not a state', node_active.current_group_role
            USING ERRCODE = 'invalid_text_representation', HINT = 'The states are the rows of pgautofailover.node_state.';
    END IF;
    IF coalesce(node_active.current_rep_state, 'null') NOT IN ('', 'unknown', 'sync', 'async', 'quorum', 'potential') THEN
        RAISE EXCEPTION '"%" is not a synchronization state', node_active.current_rep_state
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Use sync, async, quorum, potential, unknown or the empty string.';
    END IF;

    INSERT INTO node_report (nodeid) VALUES (_node.nodeid) ON CONFLICT DO NOTHING;
    SELECT r.problem, greatest(r.reportnumber, _node.reportnumber) INTO STRICT _problem_before, _number_before
      FROM node_report r WHERE r.nodeid = _node.nodeid;
    IF node_active.current_report_number <= _number_before THEN
        -- It was held up on its way: what it says was true before the last report. It changes nothing.
        SELECT _node.nodeid, _node.groupid, _node.goalstate, _node.candidatepriority, _node.replicationquorum
          INTO assigned_node_id, assigned_group_id, assigned_group_state, assigned_candidate_priority, assigned_replication_quorum;
        RETURN;
    END IF;
    UPDATE node_report r
       SET reporttime = _at,
           reportingsince = CASE WHEN is_fresh(r.reporttime, _at) THEN r.reportingsince ELSE _at END,
           pgisrunning = node_active.current_pg_is_running,
           -- after a gap in the reports nobody knows how long it has been so
           runningsince = CASE WHEN NOT coalesce(node_active.current_pg_is_running, false) THEN NULL
                               WHEN is_fresh(r.reporttime, _at) THEN coalesce(r.runningsince, _at) ELSE _at END,
           notrunningsince = CASE WHEN node_active.current_pg_is_running THEN NULL
                                  WHEN is_fresh(r.reporttime, _at) THEN coalesce(r.notrunningsince, _at) ELSE _at END,
           nopeersince = CASE WHEN node_active.current_rep_state NOT IN ('', 'unknown') THEN NULL
                              WHEN is_fresh(r.reporttime, _at) THEN coalesce(r.nopeersince, _at) ELSE _at END,
           reportnumber = coalesce(node_active.current_report_number, r.reportnumber),
           repstate = CASE node_active.current_rep_state WHEN 'unknown' THEN '' ELSE node_active.current_rep_state END,
           tli = CASE WHEN node_active.current_tli > 0 THEN node_active.current_tli ELSE r.tli END,
           lsn = CASE WHEN node_active.current_lsn = '0/0' THEN r.lsn ELSE node_active.current_lsn END,
           walreporttime = CASE WHEN node_active.current_lsn = '0/0' THEN r.walreporttime ELSE _at END,
           standbynames = node_active.current_standby_names,
           upstreamsilence = _silence,
           problem = node_active.current_problem,
           connected = node_active.current_connected,
           applydelay = node_active.current_apply_delay
     WHERE nodeid = _node.nodeid;

    IF _problem_before IS DISTINCT FROM node_active.current_problem THEN
        PERFORM log_event(_node.nodeid,
            format('%s: %s', node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
                   coalesce('reports a problem: ' || node_active.current_problem, 'no longer reports: ' || _problem_before)),
            _at);
    END IF;
    IF _node.reportedstate <> node_active.current_group_role THEN
        PERFORM set_config('synchronous_commit', 'on', true);
        UPDATE registered_node
           SET reportedstate = node_active.current_group_role, statechangetime = _at,
               reportnumber = coalesce(node_active.current_report_number, reportnumber)
         WHERE nodeid = _node.nodeid;
        PERFORM log_event(_node.nodeid,
            format('%s: reports state %s',
                   node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
                   node_active.current_group_role), _at);
    END IF;

    PERFORM record_position(_node.nodeid, node_active.current_group_role, node_active.current_pg_is_running,
                            node_active.current_tli, node_active.current_lsn);

    IF _node.goalstate = 'dropped' THEN
        IF node_active.current_group_role = 'dropped' THEN
            PERFORM forget_node(_node.nodeid, _at);
        END IF;
        SELECT _node.nodeid, _node.groupid, 'dropped', _node.candidatepriority, _node.replicationquorum
          INTO assigned_node_id, assigned_group_id, assigned_group_state, assigned_candidate_priority, assigned_replication_quorum;
        RETURN;
    END IF;

    IF _node.goalstate = node_active.current_group_role AND node_active.current_pg_is_running
       AND EXISTS (SELECT FROM node_group WHERE primaryid = _node.nodeid)
       AND _node.goalstate IN ('single', 'wait_primary', 'primary') THEN
        PERFORM confirm_synchronous_set(_node.formationid, _node.groupid, node_active.current_group_role,
                                        node_active.current_standby_names, _at);
    END IF;

    IF advance_group(_node.formationid, _node.groupid, _at) THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    SELECT n.nodeid, n.groupid, n.goalstate, n.candidatepriority, n.replicationquorum
      INTO STRICT assigned_node_id, assigned_group_id, assigned_group_state, assigned_candidate_priority, assigned_replication_quorum
      FROM registered_node n WHERE n.nodeid = _node.nodeid;
END $$;
COMMENT ON FUNCTION pgautofailover.node_active IS 'a keeper reports, and learns the state its node should be in';

-- file: api/get_nodes.sql
-- The nodes of a formation, or of one of its groups, those being dropped included.
CREATE OR REPLACE FUNCTION pgautofailover.get_nodes(
    formation_id text = 'default', group_id int = NULL,
    OUT node_id bigint, OUT node_name text, OUT node_host text, OUT node_port int, OUT node_lsn pg_lsn, OUT node_is_primary bool)
RETURNS SETOF record LANGUAGE plpgsql STABLE
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    IF get_nodes.formation_id IS NULL THEN
        RAISE EXCEPTION 'a formation must be named' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    RETURN QUERY
        SELECT n.nodeid, n.nodename, n.nodehost, n.nodeport, n.reportedlsn, s.takes_writes
          FROM node n JOIN node_state s ON s.name = n.reportedstate
         WHERE n.formationid = get_nodes.formation_id
           AND n.groupid = coalesce(get_nodes.group_id, n.groupid)
         ORDER BY n.nodeid;
END $$;
COMMENT ON FUNCTION pgautofailover.get_nodes IS 'the nodes of a formation or group';

-- file: api/get_other_nodes.sql
-- The nodes beside this one in its group, without those being dropped.
CREATE OR REPLACE FUNCTION pgautofailover.get_other_nodes(
    nodeid bigint,
    OUT node_id bigint, OUT node_name text, OUT node_host text, OUT node_port int, OUT node_lsn pg_lsn, OUT node_is_primary bool)
RETURNS SETOF record LANGUAGE plpgsql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM registered_node n WHERE n.nodeid = get_other_nodes.nodeid) THEN
        RAISE EXCEPTION 'node % is not registered', get_other_nodes.nodeid
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    RETURN QUERY
        SELECT n.nodeid, n.nodename, n.nodehost, n.nodeport, n.reportedlsn, s.takes_writes
          FROM registered_node me
          JOIN node n ON n.formationid = me.formationid AND n.groupid = me.groupid AND n.nodeid <> me.nodeid
          JOIN node_state s ON s.name = n.reportedstate
         WHERE me.nodeid = get_other_nodes.nodeid AND n.goalstate <> 'dropped'
         ORDER BY n.nodeid;
END $$;
COMMENT ON FUNCTION pgautofailover.get_other_nodes(bigint) IS 'the nodes beside this one';

-- The same, of those with this goal.
CREATE OR REPLACE FUNCTION pgautofailover.get_other_nodes(
    nodeid bigint, current_state pgautofailover.replication_state,
    OUT node_id bigint, OUT node_name text, OUT node_host text, OUT node_port int, OUT node_lsn pg_lsn, OUT node_is_primary bool)
RETURNS SETOF record LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT o.node_id, o.node_name, o.node_host, o.node_port, o.node_lsn, o.node_is_primary
      FROM pgautofailover.get_other_nodes(get_other_nodes.nodeid) o
      JOIN pgautofailover.registered_node n ON n.nodeid = o.node_id
     WHERE n.goalstate = get_other_nodes.current_state
     ORDER BY o.node_id;
END;
COMMENT ON FUNCTION pgautofailover.get_other_nodes(bigint, pgautofailover.replication_state) IS 'the nodes beside this one that have this goal';

-- file: api/get_primary.sql
-- The primary of a group; during a failover the old one, until a new one is assigned.
CREATE OR REPLACE FUNCTION pgautofailover.get_primary(
    formation_id text = 'default', group_id int = 0,
    OUT primary_node_id bigint, OUT primary_name text, OUT primary_host text, OUT primary_port int)
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    SELECT n.nodeid, n.nodename, n.nodehost, n.nodeport
      INTO primary_node_id, primary_name, primary_host, primary_port
      FROM node_group g JOIN registered_node n ON n.nodeid = g.primaryid
     WHERE g.formationid = get_primary.formation_id AND g.groupid = get_primary.group_id
       AND n.goalstate <> 'dropped';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'group % of formation "%" has no primary', get_primary.group_id, get_primary.formation_id
            USING ERRCODE = 'internal_error', HINT = 'Look at the group with: pg_autoctl show state';
    END IF;
END $$;
COMMENT ON FUNCTION pgautofailover.get_primary IS 'the primary of a group';

-- file: api/get_most_advanced_standby.sql
-- The node of a group that has told the most advanced position in an election, besides one: where that
-- one fetches what it lacks.
CREATE OR REPLACE FUNCTION pgautofailover.get_most_advanced_standby(
    formationid text = 'default', groupid int = 0, caller_node_id bigint = 0,
    OUT node_id bigint, OUT node_name text, OUT node_host text, OUT node_port int, OUT node_lsn pg_lsn, OUT node_is_primary bool)
RETURNS SETOF record LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT n.nodeid, n.nodename, n.nodehost, n.nodeport, coalesce(d.detachedlsn, n.reportedlsn), false
      FROM pgautofailover.node n JOIN pgautofailover.registered_node d USING (nodeid)
     WHERE n.formationid = $1 AND n.groupid = $2 AND n.nodeid <> $3
       AND n.reportedstate = 'report_lsn' AND n.goalstate <> 'dropped'
     ORDER BY coalesce(d.detachedlsn, n.reportedlsn) DESC, n.health DESC, n.nodeid
     LIMIT 1;
END;
COMMENT ON FUNCTION pgautofailover.get_most_advanced_standby IS 'the most advanced node in an election';

-- file: api/remove_node.sql
-- Takes a node out of its group. It leaves when it has stopped and said so; with force its row goes at
-- once, the operator vouching that its server takes no writes any more.
CREATE OR REPLACE FUNCTION pgautofailover.remove_node(node_id bigint, force bool = 'false')
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
    _lives bool;
    _left record;
BEGIN
    PERFORM lock_group_of(remove_node.node_id);
    _at := monitor_clock();
    SELECT * INTO _node FROM registered_node WHERE nodeid = remove_node.node_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'node % is not registered', remove_node.node_id
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    IF remove_node.force OR (_node.goalstate = 'dropped' AND _node.reportedstate = 'dropped') THEN
        PERFORM log_event(_node.nodeid, 'an operator removed the node at once', _at);
        PERFORM forget_node(_node.nodeid, _at);
        PERFORM lower_number_sync_standbys(_node.formationid, _node.groupid);
        PERFORM advance_group(_node.formationid, _node.groupid, _at);
        RETURN true;
    END IF;
    IF _node.goalstate = 'dropped' THEN
        RETURN true;
    END IF;
    _lives := EXISTS (SELECT FROM node_status(_node.formationid, _node.groupid, _at) s WHERE s.nodeid = _node.nodeid AND s.is_healthy);
    PERFORM assign(_node.nodeid, 'dropped', 'an operator asked for its removal', _at);
    PERFORM lower_number_sync_standbys(_node.formationid, _node.groupid);
    -- Those that are left must be sure of every acknowledged commit. A primary that is known to live is; else
    -- they must be able to elect one, if it was the primary that went, or a node whose position counts, or the
    -- last one that is known to live.
    SELECT count(*) AS nodes, bool_or(s.is_healthy) AS any_lives,
           coalesce(bool_or(s.is_primary AND s.is_healthy AND state.takes_writes), false) AS primary_lives
      INTO STRICT _left
      FROM node_status(_node.formationid, _node.groupid, _at) s JOIN node_state state ON state.name = s.goalstate;
    IF _left.nodes > 0 AND NOT _left.primary_lives
       AND ((_lives AND NOT _left.any_lives)
            OR EXISTS (SELECT FROM node_group WHERE primaryid = _node.nodeid)
            OR EXISTS (SELECT FROM synchronous_set
                        WHERE formationid = _node.formationid AND groupid = _node.groupid AND _node.nodeid = ANY (members)))
       AND NOT coalesce((SELECT bool_or('election_possible' = ANY (f.facts))
                           FROM facts_of_group(_node.formationid, _node.groupid, _at) f), false) THEN
        RAISE EXCEPTION '%', CASE WHEN _lives AND NOT _left.any_lives
                THEN format('without node %s no node of the group is known to live', _node.nodeid)
                ELSE format('without node %s those that are left are not sure to hold every acknowledged commit', _node.nodeid) END
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Drop the others first, or wait until they are secondary; with --force the node goes at once and what only it has is lost to the group.';
    END IF;
    PERFORM advance_group(_node.formationid, _node.groupid, _at);
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.remove_node(bigint, bool) IS 'takes a node out of its group';

-- The same, for the node at this host and port.
CREATE OR REPLACE FUNCTION pgautofailover.remove_node(node_host text, node_port int = 5432, force bool = 'false')
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE _node_id bigint;
BEGIN
    -- a lookup by what never changes hands while it is registered; remove_node reads again after its lock
    SELECT nodeid INTO _node_id FROM registered_node
     WHERE nodehost = remove_node.node_host AND nodeport = remove_node.node_port;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no node is registered at %:%', remove_node.node_host, remove_node.node_port
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    RETURN remove_node(_node_id, remove_node.force);
END $$;
COMMENT ON FUNCTION pgautofailover.remove_node(text, int, bool) IS 'takes the node at this address out of its group';

-- file: api/perform_failover.sql
-- Hands the primary's role to a standby: the primary stops cleanly, the standby takes over.
CREATE OR REPLACE FUNCTION pgautofailover.perform_failover(formation_id text = 'default', group_id int = 0)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _nodes int;
BEGIN
    PERFORM lock_group(perform_failover.formation_id, perform_failover.group_id);
    _at := monitor_clock();
    SELECT count(*) INTO _nodes FROM registered_node
     WHERE formationid = perform_failover.formation_id AND groupid = perform_failover.group_id AND goalstate <> 'dropped';
    IF _nodes < 2 THEN
        RAISE EXCEPTION 'group % of formation "%" has % nodes: a failover needs a primary and a standby',
            perform_failover.group_id, perform_failover.formation_id, _nodes
            USING ERRCODE = 'internal_error', HINT = 'Add a standby with: pg_autoctl create postgres';
    END IF;
    UPDATE node_group SET preferredid = NULL
     WHERE formationid = perform_failover.formation_id AND groupid = perform_failover.group_id AND preferredid IS NOT NULL;
    PERFORM request_failover(perform_failover.formation_id, perform_failover.group_id, 'requested_failover', _at);
END $$;
COMMENT ON FUNCTION pgautofailover.perform_failover IS 'hands the primary''s role to a standby';

-- file: api/perform_promotion.sql
-- Makes this node the primary. Answers false when it is one already.
CREATE OR REPLACE FUNCTION pgautofailover.perform_promotion(formation_id text, node_name text)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
BEGIN
    PERFORM lock_group_of(nodeid) FROM registered_node
      WHERE formationid = perform_promotion.formation_id AND nodename = perform_promotion.node_name;
    _at := monitor_clock();
    SELECT * INTO _node FROM registered_node
     WHERE formationid = perform_promotion.formation_id AND nodename = perform_promotion.node_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'formation "%" has no node "%"', perform_promotion.formation_id, perform_promotion.node_name
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    IF _node.reportedstate = _node.goalstate AND _node.goalstate IN ('single', 'primary') THEN
        RAISE NOTICE '% is the primary already', node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport)
            USING ERRCODE = 'object_not_in_prerequisite_state';
        RETURN false;
    END IF;
    IF NOT (_node.reportedstate = _node.goalstate AND _node.goalstate IN ('secondary', 'report_lsn')) THEN
        RAISE EXCEPTION '% is in state %, and only a secondary can be promoted',
            node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
            node_label(_node.reportedstate, _node.goalstate)
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Wait until pg_autoctl show state shows it as secondary.';
    END IF;
    UPDATE node_group SET preferredid = _node.nodeid
     WHERE formationid = _node.formationid AND groupid = _node.groupid;
    IF _node.goalstate = 'report_lsn' THEN
        -- an election runs: it decides, and this node comes first if it may lead
        PERFORM advance_group(_node.formationid, _node.groupid, _at);
    ELSE
        PERFORM request_failover(_node.formationid, _node.groupid, 'requested_promotion', _at);
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.perform_promotion IS 'makes this node the primary';

-- file: api/what_may_be_lost.sql
-- What a failover that accepts a loss could lose now, in a sentence.
CREATE OR REPLACE FUNCTION pgautofailover.what_may_be_lost(formation_id text = 'default', group_id int = 0)
RETURNS text LANGUAGE sql VOLATILE STRICT SECURITY DEFINER
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    WITH standings AS MATERIALIZED (
        SELECT array_agg(s) AS all_of
          FROM pgautofailover.node_status(what_may_be_lost.formation_id, what_may_be_lost.group_id, pgautofailover.monitor_clock()) s
    ), node AS (
        SELECT s.nodeid, s.is_primary, s.is_healthy, coalesce(s.detachedlsn, nullif(s.lsn, '0/0')) AS "position", s.reporttime,
               pgautofailover.node_description(s.nodeid, s.nodename, s.nodehost, s.nodeport) AS words
          FROM standings, unnest(standings.all_of) AS s
    ), best AS (
        SELECT w.words, w."position"
          FROM pgautofailover.what_is_left(what_may_be_lost.formation_id, what_may_be_lost.group_id, pgautofailover.monitor_clock()) w
         WHERE w.is_alive ORDER BY w."position" DESC NULLS LAST, w.nodeid LIMIT 1
    ), decided AS (
        SELECT bool_or(e.is_decided) AS is_decided
          FROM standings, pgautofailover.election(what_may_be_lost.formation_id, what_may_be_lost.group_id, standings.all_of) e
    )
    SELECT CASE
               WHEN NOT EXISTS (SELECT FROM best) THEN 'Everything: no other node of the group is alive and follows it.'
               WHEN (SELECT is_decided FROM decided) THEN 'Nothing: enough nodes have told their positions.'
               ELSE format('Every commit after position %s, the most advanced that is left, of %s%s.',
                           coalesce((SELECT "position"::text FROM best), 'that is not known'), (SELECT words FROM best),
                           coalesce((SELECT format('; the primary, %s, last reported %s, %s bytes further, at %s, and may have gone on since',
                                                   p.words, p."position", greatest(p."position" - (SELECT "position" FROM best), 0), p.reporttime)
                                       FROM node p WHERE p.is_primary AND p."position" IS NOT NULL), ''))
           END;
END;
COMMENT ON FUNCTION pgautofailover.what_may_be_lost IS 'what a failover that accepts a loss could lose now';

-- file: api/force_failover.sql
-- Elects a new primary although acknowledged commits may be lost: when the rule that protects them cannot
-- hold any more, because the nodes that have them are gone. Records who decided, and on which node that
-- relies, and answers what may be lost. It is granted only if somebody can take over now, and counts for this
-- election (end_accepted_loss). The operator vouches that the old primary is switched off, or cut off for good.
CREATE OR REPLACE FUNCTION pgautofailover.force_failover(formation_id text, group_id int, decided_by text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _primary node_standing;
    _relies_on bigint;
    _loss text;
BEGIN
    PERFORM lock_group(force_failover.formation_id, force_failover.group_id);
    _at := monitor_clock();
    IF force_failover.decided_by = '' THEN
        RAISE EXCEPTION 'a failover that may lose commits needs the name of who decided it'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Say who you are, as in: user@host';
    END IF;
    SELECT * INTO _primary FROM node_status(force_failover.formation_id, force_failover.group_id, _at) s WHERE s.is_primary;
    IF _primary.is_fresh THEN
        RAISE EXCEPTION 'the primary, %, is alive: nothing needs to be lost',
            node_description(_primary.nodeid, _primary.nodename, _primary.nodehost, _primary.nodeport)
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Use pg_autoctl perform failover; or switch that host off first, and wait until the monitor knows.';
    END IF;
    IF NOT coalesce(_primary.is_lost, true) THEN
        RAISE EXCEPTION 'the primary, %, is silent, and not known to be lost yet',
            node_description(_primary.nodeid, _primary.nodename, _primary.nodehost, _primary.nodeport)
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Wait some seconds until the monitor knows. If its server still answers, switch that host off first.';
    END IF;
    IF NOT EXISTS (SELECT FROM what_is_left(force_failover.formation_id, force_failover.group_id, _at) w
                    WHERE w.is_alive AND w.may_lead) THEN
        RAISE EXCEPTION 'no living node of group % of formation "%" could take over', force_failover.group_id, force_failover.formation_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Bring back a node that follows the group, is not in maintenance, and has a candidate priority above 0; then decide again.';
    END IF;
    _loss := what_may_be_lost(force_failover.formation_id, force_failover.group_id);
    SELECT w.nodeid INTO _relies_on FROM what_is_left(force_failover.formation_id, force_failover.group_id, _at) w
     WHERE w.is_alive ORDER BY w."position" DESC NULLS LAST, w.nodeid LIMIT 1;
    UPDATE node_group SET lossallowedby = force_failover.decided_by, lossreliesonid = _relies_on
     WHERE formationid = force_failover.formation_id AND groupid = force_failover.group_id;
    PERFORM log_event(_relies_on, format('%s decided to fail over although commits may be lost. %s', force_failover.decided_by, _loss), _at);
    PERFORM advance_group(force_failover.formation_id, force_failover.group_id, _at);
    -- an election is under way now, or was decided at once, with which the permission has ended
    IF EXISTS (SELECT FROM node_group g
                WHERE g.formationid = force_failover.formation_id AND g.groupid = force_failover.group_id AND g.lossallowedby IS NOT NULL)
       AND NOT coalesce((SELECT bool_or('election_running' = ANY (f.facts))
                           FROM facts_of_group(force_failover.formation_id, force_failover.group_id, _at) f), false) THEN
        RAISE EXCEPTION 'group % of formation "%" cannot hold an election now', force_failover.group_id, force_failover.formation_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('Look at the rules with: SELECT * FROM pgautofailover.why(%L, %s)',
                                force_failover.formation_id, force_failover.group_id);
    END IF;
    RETURN _loss;
END $$;
COMMENT ON FUNCTION pgautofailover.force_failover IS 'elects a new primary although acknowledged commits may be lost';

-- file: api/set_node_candidate_priority.sql
-- Changes a node's candidate priority: 0 never leads, among the others the highest comes first.
CREATE OR REPLACE FUNCTION pgautofailover.set_node_candidate_priority(formation_id text, node_name text, candidate_priority int)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
BEGIN
    PERFORM lock_group_of(nodeid) FROM registered_node
      WHERE formationid = set_node_candidate_priority.formation_id AND nodename = set_node_candidate_priority.node_name;
    _at := monitor_clock();
    _node := node_to_set(set_node_candidate_priority.formation_id, set_node_candidate_priority.node_name);
    IF set_node_candidate_priority.candidate_priority NOT BETWEEN 0 AND 100 THEN
        RAISE EXCEPTION 'candidate priority % is not between 0 and 100', set_node_candidate_priority.candidate_priority
            USING ERRCODE = 'invalid_parameter_value', HINT = '0 never leads; among the others the highest leads.';
    END IF;
    IF _node.nodecluster <> 'default' AND set_node_candidate_priority.candidate_priority > 0 THEN
        RAISE EXCEPTION 'node "%" belongs to the cluster "%" of read replicas and cannot lead', _node.nodename, _node.nodecluster
            USING ERRCODE = 'invalid_parameter_value', HINT = 'The candidate priority of such a node is 0.';
    END IF;
    UPDATE registered_node SET candidatepriority = set_node_candidate_priority.candidate_priority WHERE nodeid = _node.nodeid;
    IF (SELECT count(*) < 2 FROM registered_node
         WHERE formationid = _node.formationid AND groupid = _node.groupid AND goalstate <> 'dropped' AND candidatepriority > 0) THEN
        RAISE NOTICE 'fewer than two nodes may lead now: when the primary is lost, nobody may be able to take over'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF NOT EXISTS (SELECT FROM registered_node n JOIN node_state s ON s.name = n.goalstate
                    WHERE n.formationid = _node.formationid AND n.groupid = _node.groupid AND n.goalstate <> 'dropped'
                      AND (n.candidatepriority > 0 OR s.takes_writes)) THEN
        RAISE EXCEPTION 'a new primary is being chosen, and without node "%" nobody could lead', _node.nodename
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Give another node a candidate priority above 0 first, or wait for the new primary.';
    END IF;
    PERFORM apply_changed_settings(_node.formationid, _node.groupid, _node.nodeid,
        format('an operator set the candidate priority to %s', set_node_candidate_priority.candidate_priority), _at);
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.set_node_candidate_priority IS 'changes a node''s candidate priority';

-- file: api/set_node_replication_quorum.sql
-- Changes whether commits may wait for a node.
CREATE OR REPLACE FUNCTION pgautofailover.set_node_replication_quorum(formation_id text, node_name text, replication_quorum bool)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
    _left int;
    _demanded int;
BEGIN
    PERFORM lock_group_of(nodeid) FROM registered_node
      WHERE formationid = set_node_replication_quorum.formation_id AND nodename = set_node_replication_quorum.node_name;
    _at := monitor_clock();
    _node := node_to_set(set_node_replication_quorum.formation_id, set_node_replication_quorum.node_name);
    IF NOT set_node_replication_quorum.replication_quorum THEN
        IF NOT EXISTS (SELECT FROM node_group g JOIN registered_node p ON p.nodeid = g.primaryid JOIN node_state s ON s.name = p.goalstate
                        WHERE g.formationid = _node.formationid AND g.groupid = _node.groupid AND s.takes_writes) THEN
            RAISE EXCEPTION 'group % of formation "%" has no primary now', _node.groupid, _node.formationid
                USING ERRCODE = 'internal_error', HINT = 'Try again when it has one: which nodes hold which commits is being decided.';
        END IF;
        SELECT count(*) INTO _left FROM registered_node n
         WHERE n.formationid = _node.formationid AND n.groupid = _node.groupid AND n.goalstate <> 'dropped'
           AND n.replicationquorum AND n.nodeid <> _node.nodeid
           AND n.nodeid <> (SELECT primaryid FROM node_group WHERE formationid = _node.formationid AND groupid = _node.groupid);
        SELECT number_sync_standbys INTO STRICT _demanded FROM formation WHERE formationid = _node.formationid;
        IF _demanded > 0 AND _demanded + 1 > _left THEN
            RAISE EXCEPTION 'with number_sync_standbys = % at least % standbys must take part in the quorum, and without node "%" there are %',
                _demanded, _demanded + 1, _node.nodename, _left
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'Lower it first with: pg_autoctl set formation number-sync-standbys';
        END IF;
    END IF;
    UPDATE registered_node SET replicationquorum = set_node_replication_quorum.replication_quorum WHERE nodeid = _node.nodeid;
    PERFORM apply_changed_settings(_node.formationid, _node.groupid, _node.nodeid,
        format('an operator set the replication quorum to %s', set_node_replication_quorum.replication_quorum), _at);
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.set_node_replication_quorum IS 'changes whether commits may wait for a node';

-- file: api/set_formation_number_sync_standbys.sql
-- Changes how many standbys must confirm each commit.
CREATE OR REPLACE FUNCTION pgautofailover.set_formation_number_sync_standbys(formation_id text, number_sync_standbys int)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _standbys int;
    _primary registered_node;
BEGIN
    PERFORM lock_group(set_formation_number_sync_standbys.formation_id, 0);
    _at := monitor_clock();
    IF NOT EXISTS (SELECT FROM formation WHERE formationid = set_formation_number_sync_standbys.formation_id) THEN
        RAISE EXCEPTION 'formation "%" does not exist', set_formation_number_sync_standbys.formation_id
            USING ERRCODE = 'invalid_parameter_value', HINT = 'List the formations with: pg_autoctl show uri';
    END IF;
    IF set_formation_number_sync_standbys.number_sync_standbys < 0 THEN
        RAISE EXCEPTION 'number_sync_standbys must not be negative, as % is', set_formation_number_sync_standbys.number_sync_standbys
            USING ERRCODE = 'invalid_parameter_value', HINT = 'With 0 a primary goes on alone when all its standbys are lost.';
    END IF;
    SELECT p.* INTO _primary
      FROM node_group g JOIN registered_node p ON p.nodeid = g.primaryid JOIN node_state s ON s.name = p.goalstate
     WHERE g.formationid = set_formation_number_sync_standbys.formation_id AND g.groupid = 0 AND s.takes_writes;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'formation "%" has no primary now', set_formation_number_sync_standbys.formation_id
            USING ERRCODE = 'internal_error', HINT = 'Try again when it has one.';
    END IF;
    SELECT count(*) INTO _standbys FROM registered_node
     WHERE formationid = _primary.formationid AND groupid = 0 AND goalstate <> 'dropped' AND replicationquorum AND nodeid <> _primary.nodeid;
    IF set_formation_number_sync_standbys.number_sync_standbys > 0
       AND set_formation_number_sync_standbys.number_sync_standbys + 1 > _standbys THEN
        RAISE EXCEPTION 'number_sync_standbys = % needs at least % standbys that take part in the quorum, and there are %',
            set_formation_number_sync_standbys.number_sync_standbys, set_formation_number_sync_standbys.number_sync_standbys + 1, _standbys
            USING ERRCODE = 'invalid_parameter_value', HINT = 'With one standby more than commits wait for, one may be lost without stopping all writes.';
    END IF;
    IF NOT (_primary.reportedstate = _primary.goalstate AND _primary.goalstate IN ('primary', 'wait_primary')) THEN
        RAISE EXCEPTION '% is in state %, and settings can be changed when it is primary or wait_primary',
            node_description(_primary.nodeid, _primary.nodename, _primary.nodehost, _primary.nodeport),
            node_label(_primary.reportedstate, _primary.goalstate)
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Try again in a moment.';
    END IF;
    UPDATE formation f
       SET number_sync_standbys = set_formation_number_sync_standbys.number_sync_standbys,
           stays_at_zero = set_formation_number_sync_standbys.number_sync_standbys = 0
     WHERE f.formationid = _primary.formationid;
    PERFORM apply_changed_settings(_primary.formationid, 0, _primary.nodeid,
        format('an operator set number_sync_standbys to %s', set_formation_number_sync_standbys.number_sync_standbys), _at);
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.set_formation_number_sync_standbys IS 'changes how many standbys must confirm each commit';

-- file: api/start_maintenance.sql
-- Puts a node into the operator's hands. A primary hands its role over first, or with with_failover false
-- stops, and nobody takes writes until its maintenance ends; a standby that alone confirms commits waits
-- until the primary does without it.
CREATE OR REPLACE FUNCTION pgautofailover.start_maintenance(node_id bigint, with_failover bool = true)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
    _request text := CASE WHEN start_maintenance.with_failover THEN 'requested_maintenance'
                          ELSE 'requested_maintenance_without_failover' END;
BEGIN
    PERFORM lock_group_of(start_maintenance.node_id);
    _at := monitor_clock();
    SELECT * INTO _node FROM registered_node WHERE nodeid = start_maintenance.node_id;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF 'maintenance' IN (_node.reportedstate, _node.goalstate) THEN
        RETURN true;
    END IF;
    IF NOT start_maintenance.with_failover
       AND NOT EXISTS (SELECT FROM node_group WHERE primaryid = _node.nodeid) THEN
        _request := 'requested_maintenance';
    END IF;
    IF blocks_commits(_node.formationid, _node.groupid, _node.nodeid) THEN
        RAISE WARNING 'without % too few standbys are left: commits wait until another one streams',
            node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport)
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF NOT advance_group(_node.formationid, _node.groupid, _at, ARRAY[_request], _node.nodeid) THEN
        RAISE EXCEPTION 'maintenance of % is not possible now: %',
            node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
            explain_refusal(_node.formationid, _node.groupid, _node.nodeid, _at, _request)
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Look at the nodes with: pg_autoctl show state';
    END IF;
    PERFORM advance_group(_node.formationid, _node.groupid, _at);
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.start_maintenance IS 'puts a node into maintenance';

-- file: api/stop_maintenance.sql
-- Takes a node out of maintenance: it follows the primary again.
CREATE OR REPLACE FUNCTION pgautofailover.stop_maintenance(node_id bigint)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
BEGIN
    PERFORM lock_group_of(stop_maintenance.node_id);
    _at := monitor_clock();
    SELECT * INTO _node FROM registered_node WHERE nodeid = stop_maintenance.node_id;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF NOT (_node.reportedstate = 'maintenance' AND _node.goalstate = 'maintenance') THEN
        RAISE EXCEPTION '% is not in maintenance but in state %',
            node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
            node_label(_node.reportedstate, _node.goalstate)
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF NOT advance_group(_node.formationid, _node.groupid, _at, '{requested_maintenance_end}', _node.nodeid) THEN
        RAISE EXCEPTION 'the maintenance of % cannot end now: %',
            node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
            explain_refusal(_node.formationid, _node.groupid, _node.nodeid, _at, 'requested_maintenance_end')
            USING ERRCODE = 'internal_error', HINT = 'Look at the nodes with: pg_autoctl show state';
    END IF;
    PERFORM advance_group(_node.formationid, _node.groupid, _at);
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.stop_maintenance IS 'takes a node out of maintenance';

-- file: api/update_node_metadata.sql
-- Changes a node's name, host or port; what is null stays.
CREATE OR REPLACE FUNCTION pgautofailover.update_node_metadata(node_id bigint, node_name text, node_host text, node_port int)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    IF update_node_metadata.node_id IS NULL THEN
        RAISE EXCEPTION 'a node id must be given' USING ERRCODE = 'internal_error';
    END IF;
    PERFORM lock_group_of(update_node_metadata.node_id);
    UPDATE registered_node n
       SET nodename = coalesce(update_node_metadata.node_name, nodename),
           nodehost = coalesce(update_node_metadata.node_host, nodehost),
           nodeport = coalesce(update_node_metadata.node_port, nodeport)
     WHERE n.nodeid = update_node_metadata.node_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'node % is not registered', update_node_metadata.node_id
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.update_node_metadata IS 'changes a node''s name, host or port';

-- file: api/set_system_identifier.sql
-- Tells the system identifier of a node's cluster. All nodes of a group have the same.
CREATE OR REPLACE FUNCTION pgautofailover.set_node_system_identifier(
    node_id bigint, node_sysidentifier bigint,
    OUT node_id bigint, OUT node_name text, OUT node_host text, OUT node_port int)
LANGUAGE sql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
    SELECT nodeid, nodename, nodehost, nodeport FROM record_system_identifier($1, $2)
$$;
COMMENT ON FUNCTION pgautofailover.set_node_system_identifier IS 'tells the system identifier of a node''s cluster';

-- The same for all nodes of groups with this number whose identifier is 0; kept for programs that call it.
CREATE OR REPLACE FUNCTION pgautofailover.set_group_system_identifier(
    group_id bigint, node_sysidentifier bigint,
    OUT node_id bigint, OUT node_name text, OUT node_host text, OUT node_port int)
RETURNS SETOF record LANGUAGE sql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
    SELECT s.nodeid, s.nodename, s.nodehost, s.nodeport
      FROM registered_node n CROSS JOIN LATERAL record_system_identifier(n.nodeid, $2) s
     WHERE n.groupid = $1 AND n.sysidentifier = 0
     ORDER BY n.nodeid
$$;
COMMENT ON FUNCTION pgautofailover.set_group_system_identifier IS 'tells the system identifier of a group''s clusters';

-- file: api/synchronous_standby_names.sql
-- What the primary of a group sets as synchronous_standby_names: the set that it was assigned last.
CREATE OR REPLACE FUNCTION pgautofailover.synchronous_standby_names(formation_id text = 'default', group_id int = 0)
RETURNS text LANGUAGE plpgsql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM registered_node
                    WHERE formationid = synchronous_standby_names.formation_id
                      AND groupid = synchronous_standby_names.group_id AND goalstate <> 'dropped') THEN
        RAISE EXCEPTION 'group % of formation "%" has no nodes',
            synchronous_standby_names.group_id, synchronous_standby_names.formation_id
            USING ERRCODE = 'invalid_object_definition', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    RETURN coalesce((SELECT standby_names_text(l.members, l.needed)
                       FROM latest_synchronous_set(synchronous_standby_names.formation_id, synchronous_standby_names.group_id) l), '');
END $$;
COMMENT ON FUNCTION pgautofailover.synchronous_standby_names IS 'what the primary of a group sets as synchronous_standby_names';

-- file: api/formation_settings.sql
-- The replication settings of a formation, of each of its primaries, and of each of its nodes.
CREATE OR REPLACE FUNCTION pgautofailover.formation_settings(
    formation_id text = 'default',
    OUT context text, OUT group_id int, OUT node_id bigint, OUT nodename text, OUT setting text, OUT value text)
RETURNS SETOF record LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT s.context, s.groupid, s.nodeid, s.nodename, s.setting, s.value
      FROM (SELECT 1 AS place, 'formation' AS context, NULL::int AS groupid, NULL::bigint AS nodeid,
                   f.formationid AS nodename, 'number_sync_standbys' AS setting, f.number_sync_standbys::text AS value
              FROM pgautofailover.formation f
             WHERE f.formationid = formation_settings.formation_id
            UNION ALL
            SELECT 2, 'primary', n.groupid, n.nodeid, n.nodename, 'synchronous_standby_names',
                   quote_literal(pgautofailover.synchronous_standby_names(n.formationid, n.groupid))
              FROM pgautofailover.registered_node n
              JOIN pgautofailover.node_state reported ON reported.name = n.reportedstate
             WHERE n.formationid = formation_settings.formation_id
               AND reported.takes_writes AND n.goalstate <> 'dropped'
            UNION ALL
            SELECT 3, 'node', n.groupid, n.nodeid, n.nodename, own.setting, own.value
              FROM pgautofailover.registered_node n
             CROSS JOIN LATERAL (VALUES ('candidate priority', n.candidatepriority::text),
                                        ('replication quorum', n.replicationquorum::text)) AS own (setting, value)
             WHERE n.formationid = formation_settings.formation_id) s
     ORDER BY s.place, s.setting, s.groupid, s.nodeid;
END;
COMMENT ON FUNCTION pgautofailover.formation_settings IS 'the replication settings of a formation, its primaries and its nodes';

-- file: api/get_coordinator.sql
-- The node of group 0 that takes writes, for programs that ask for a coordinator: a formation of kind
-- pgsql has the one group. None while it has no primary.
CREATE OR REPLACE FUNCTION pgautofailover.get_coordinator(
    formation_id text = 'default', OUT node_host text, OUT node_port int)
RETURNS SETOF record LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT n.nodehost, n.nodeport
      FROM pgautofailover.registered_node n
     WHERE n.formationid = get_coordinator.formation_id AND n.groupid = 0
       AND n.reportedstate IN ('single', 'wait_primary', 'primary')
       AND n.goalstate IN ('single', 'wait_primary', 'primary')
     ORDER BY n.nodeid;
END;
COMMENT ON FUNCTION pgautofailover.get_coordinator IS 'the node of group 0 that takes writes';

-- file: api/current_state.sql
-- The nodes of a formation with what they reported and what they should be.
CREATE OR REPLACE FUNCTION pgautofailover.current_state(
    formation_id text = 'default',
    OUT formation_kind text, OUT nodename text, OUT nodehost text, OUT nodeport int, OUT group_id int, OUT node_id bigint,
    OUT current_group_state pgautofailover.replication_state, OUT assigned_group_state pgautofailover.replication_state,
    OUT candidate_priority int, OUT replication_quorum bool, OUT reported_tli int, OUT reported_lsn pg_lsn,
    OUT health int, OUT nodecluster text)
RETURNS SETOF record LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT f.kind, n.nodename, n.nodehost, n.nodeport, n.groupid, n.nodeid, n.reportedstate, n.goalstate,
           n.candidatepriority, n.replicationquorum, n.reportedtli, n.reportedlsn, n.health, n.nodecluster
      FROM pgautofailover.node n JOIN pgautofailover.formation f USING (formationid)
     WHERE n.formationid = $1
     ORDER BY n.groupid, n.nodeid;
END;
COMMENT ON FUNCTION pgautofailover.current_state(text) IS 'the nodes of a formation: reported and assigned states, settings, positions, health';

-- The same, of one group.
CREATE OR REPLACE FUNCTION pgautofailover.current_state(
    formation_id text, group_id int,
    OUT formation_kind text, OUT nodename text, OUT nodehost text, OUT nodeport int, OUT group_id int, OUT node_id bigint,
    OUT current_group_state pgautofailover.replication_state, OUT assigned_group_state pgautofailover.replication_state,
    OUT candidate_priority int, OUT replication_quorum bool, OUT reported_tli int, OUT reported_lsn pg_lsn,
    OUT health int, OUT nodecluster text)
RETURNS SETOF record LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT s.formation_kind, s.nodename, s.nodehost, s.nodeport, s.group_id, s.node_id, s.current_group_state, s.assigned_group_state,
           s.candidate_priority, s.replication_quorum, s.reported_tli, s.reported_lsn, s.health, s.nodecluster
      FROM pgautofailover.current_state($1) s
     WHERE s.group_id = $2;
END;
COMMENT ON FUNCTION pgautofailover.current_state(text, int) IS 'the nodes of a group: reported and assigned states, settings, positions, health';

-- file: api/last_events.sql
-- The newest events, oldest first: of all formations, of one, of one group.
CREATE OR REPLACE FUNCTION pgautofailover.last_events(count int = 10)
RETURNS SETOF pgautofailover.event LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
    SELECT * FROM (SELECT * FROM event e ORDER BY e.eventid DESC LIMIT last_events.count) newest ORDER BY eventtime, eventid
$$;
COMMENT ON FUNCTION pgautofailover.last_events(int) IS 'the newest events';

CREATE OR REPLACE FUNCTION pgautofailover.last_events(formation_id text = 'default', count int = 10)
RETURNS SETOF pgautofailover.event LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
    SELECT * FROM (SELECT * FROM event e WHERE e.formationid = last_events.formation_id
                    ORDER BY e.eventid DESC LIMIT last_events.count) newest ORDER BY eventtime, eventid
$$;
COMMENT ON FUNCTION pgautofailover.last_events(text, int) IS 'the newest events of a formation';

CREATE OR REPLACE FUNCTION pgautofailover.last_events(formation_id text, group_id int, count int = 10)
RETURNS SETOF pgautofailover.event LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
    SELECT * FROM (SELECT * FROM event e WHERE e.formationid = last_events.formation_id AND e.groupid = last_events.group_id
                    ORDER BY e.eventid DESC LIMIT last_events.count) newest ORDER BY eventtime, eventid
$$;
COMMENT ON FUNCTION pgautofailover.last_events(text, int, int) IS 'the newest events of a group';

-- file: api/formation_uri.sql
-- The connection string of a formation: all its nodes, and the wish for the one that takes writes.
CREATE OR REPLACE FUNCTION pgautofailover.formation_uri(
    formation_id text = 'default', cluster_name text = 'default', sslmode text = 'prefer', sslrootcert text = '', sslcrl text = '')
RETURNS text LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT 'postgres://'
           || string_agg(CASE WHEN n.nodehost LIKE '%:%' THEN format('[%s]', n.nodehost) ELSE n.nodehost END || ':' || n.nodeport,
                         ',' ORDER BY n.nodeid)
           || '/' || max(f.dbname::text) || '?'
           || CASE WHEN formation_uri.cluster_name = 'default' THEN 'target_session_attrs=read-write&' ELSE '' END
           || 'sslmode=' || formation_uri.sslmode
           || CASE WHEN formation_uri.sslrootcert <> '' THEN '&sslrootcert=' || formation_uri.sslrootcert ELSE '' END
           || CASE WHEN formation_uri.sslcrl <> '' THEN '&sslcrl=' || formation_uri.sslcrl ELSE '' END
      FROM pgautofailover.registered_node n JOIN pgautofailover.formation f USING (formationid)
     WHERE n.formationid = formation_uri.formation_id
       AND n.nodecluster = formation_uri.cluster_name
       AND n.groupid = 0
       AND n.goalstate <> 'dropped';
END;
COMMENT ON FUNCTION pgautofailover.formation_uri IS 'the connection string of a formation';

-- file: health/nodes_to_check.sql
-- The servers that the health worker probes.
CREATE OR REPLACE FUNCTION pgautofailover.nodes_to_check()
RETURNS TABLE (node_id bigint, node_host text, node_port int) LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT n.nodeid, n.nodehost, n.nodeport
      FROM pgautofailover.registered_node n
     WHERE n.goalstate <> 'dropped'
       AND coalesce(current_setting('pgautofailover.enable_health_checks', true), 'on')::bool
     ORDER BY n.nodeid;
END;
COMMENT ON FUNCTION pgautofailover.nodes_to_check IS 'the servers that the health worker probes';

-- file: health/record_answer.sql
-- Notes a probe's answer.
CREATE OR REPLACE FUNCTION pgautofailover.record_answer(node_id bigint, answer text, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pgautofailover.node_report (nodeid, health, answer, healthchecktime, answeredtime)
    VALUES (record_answer.node_id, (record_answer.answer = 'answered')::int, record_answer.answer, record_answer.at,
            CASE record_answer.answer WHEN 'answered' THEN record_answer.at END)
    ON CONFLICT (nodeid) DO UPDATE
       SET health = EXCLUDED.health, answer = EXCLUDED.answer, healthchecktime = EXCLUDED.healthchecktime,
           answeredtime = coalesce(EXCLUDED.answeredtime, node_report.answeredtime);
END $$;

-- file: health/restless_groups.sql
-- The groups in which something is under way or somebody is not heard: those the rules must look at
-- as time passes. A group at rest changes only through a report, which lets the rules look itself.
CREATE OR REPLACE FUNCTION pgautofailover.restless_groups(at timestamptz)
RETURNS TABLE (formationid text, groupid int) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT n.formationid, n.groupid
      FROM pgautofailover.registered_node n
      JOIN pgautofailover.node_state s ON s.name = n.goalstate
      LEFT JOIN pgautofailover.node_report r USING (nodeid)
     WHERE n.reportedstate <> n.goalstate
        OR NOT s.is_settled
        OR n.goalstate = 'wait_primary'
        OR NOT coalesce(r.pgisrunning, false)
        OR r.health <> 1
        OR NOT pgautofailover.is_fresh(r.reporttime, restless_groups.at)
        OR r.upstreamsilence >= pgautofailover.unhealthy_timeout();
END $$;

-- file: health/record_health.sql
-- The monitor's heartbeat: records what the probes saw and lets the rules look at each group that is
-- not at rest, so that a timeout takes effect when it passes and not when some node happens to report.
-- A group that somebody is deciding about at this moment is left to them, and to the next beat.
CREATE OR REPLACE FUNCTION pgautofailover.record_health(node_ids bigint[], answers text[])
RETURNS void LANGUAGE plpgsql
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz := NULL;
    _group record;
    _probed record;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'the health worker reads after its lock, which a transaction that is % does not', current_setting('transaction_isolation')
            USING ERRCODE = 'active_sql_transaction', HINT = 'Use the isolation level READ COMMITTED.';
    END IF;
    IF pg_current_xact_id_if_assigned() IS NULL THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    FOR _group IN
        SELECT formationid, groupid FROM restless_groups(monitor_clock())
        UNION
        SELECT n.formationid, n.groupid
          FROM unnest(record_health.node_ids, record_health.answers) AS p (nodeid, answer)
          JOIN registered_node n USING (nodeid) LEFT JOIN node_report r USING (nodeid)
         WHERE r.health IS DISTINCT FROM (p.answer = 'answered')::int
         ORDER BY 1, 2
    LOOP
        CONTINUE WHEN NOT pg_try_advisory_xact_lock(group_lock_key(_group.formationid, _group.groupid));
        _at := monitor_clock();
        FOR _probed IN
            SELECT n.nodeid, n.nodename, n.nodehost, n.nodeport, p.answer, r.health AS health_before
              FROM unnest(record_health.node_ids, record_health.answers) AS p (nodeid, answer)
              JOIN registered_node n USING (nodeid) LEFT JOIN node_report r USING (nodeid)
             WHERE n.formationid = _group.formationid AND n.groupid = _group.groupid
             ORDER BY n.nodeid
        LOOP
            PERFORM record_answer(_probed.nodeid, _probed.answer, _at);
            IF coalesce(_probed.health_before, -1) <> (_probed.answer = 'answered')::int THEN
                PERFORM log_event(_probed.nodeid,
                    format('%s: %s', node_description(_probed.nodeid, _probed.nodename, _probed.nodehost, _probed.nodeport),
                           CASE _probed.answer WHEN 'answered' THEN 'the server answers the monitor''s probe'
                                               WHEN 'refused' THEN 'the server refuses the monitor''s probe'
                                               ELSE 'the server does not answer the monitor''s probe' END), _at);
            END IF;
        END LOOP;
        IF advance_group(_group.formationid, _group.groupid, _at) THEN
            PERFORM set_config('synchronous_commit', 'on', true);
        END IF;
    END LOOP;
    -- The groups at rest. Nobody is waited for: a row that somebody writes is left to the next beat.
    _at := monitor_clock();
    UPDATE node_report r
       SET health = 1, answer = 'answered', healthchecktime = _at, answeredtime = _at
      FROM (SELECT quiet.nodeid
              FROM unnest(record_health.node_ids, record_health.answers) AS p (nodeid, answer)
              JOIN node_report quiet USING (nodeid)
             WHERE p.answer = 'answered' AND quiet.health = 1
             ORDER BY quiet.nodeid
               FOR UPDATE OF quiet SKIP LOCKED) q
     WHERE r.nodeid = q.nodeid AND r.healthchecktime IS DISTINCT FROM _at;
END $$;
COMMENT ON FUNCTION pgautofailover.record_health IS 'records what the health worker''s probes saw, and lets the rules look';

-- file: foresight/played.sql
-- What became of a group when an event was played.
CREATE TYPE pgautofailover.played AS (
    events pgautofailover.event[],  -- what the rules said, in order
    leader text,                    -- who takes writes at the end; null: nobody
    may_lose text,                  -- what could be lost, in a sentence, or 'nothing'
    obstacle text,                  -- what stands in the way, in words; null: nothing does
    seconds numeric                 -- how long nobody can write, by the settings; null: until somebody acts
);
COMMENT ON TYPE pgautofailover.played IS 'what became of a group when an event was played';

-- file: foresight/played_world.sql
-- What a played event does to the nodes of a group, beside what the rules do.
CREATE TYPE pgautofailover.played_world AS (
    unheard_id bigint,     -- the node that the monitor does not hear from now on
    is_heard_by_peers bool,  -- the other nodes still hear it
    reporting bigint[],    -- the nodes whose keepers report; those that were silent before stay silent
    deaf bigint[],         -- the standbys that heard nothing of the primary before: their link stays cut
    primary_id bigint,     -- the primary when the event happened
    writes_stop bool       -- from that moment too few standbys are there to confirm commits
);
COMMENT ON TYPE pgautofailover.played_world IS 'what a played event does to the nodes of a group';

-- file: foresight/is_at_rest.sql
-- Does the server of a node in this state stand still on purpose?
CREATE OR REPLACE FUNCTION pgautofailover.is_at_rest(state text)
RETURNS bool LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM pgautofailover.node_state s
                WHERE s.name = is_at_rest.state
                  AND (s.is_stopped OR s.name IN ('init', 'wait_standby', 'maintenance')));

-- file: foresight/play_world.sql
-- What an event would do to a group, or why it cannot happen. The caller holds the group's lock and gives
-- the time.
CREATE OR REPLACE FUNCTION pgautofailover.play_world(
    formation_id text, group_id int, happening text, node_name text, at timestamptz)
RETURNS pgautofailover.played_world LANGUAGE plpgsql STABLE AS $$
DECLARE _world pgautofailover.played_world;
BEGIN
    IF coalesce(play_world.happening, 'null') NOT IN ('lost', 'monitor_cut', 'switchover') THEN
        RAISE EXCEPTION '"%" is not an event that can be played', play_world.happening
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Use lost, monitor_cut or switchover.';
    END IF;
    IF NOT EXISTS (SELECT FROM pgautofailover.registered_node
                    WHERE formationid = play_world.formation_id AND groupid = play_world.group_id AND goalstate <> 'dropped') THEN
        RAISE EXCEPTION 'group % of formation "%" has no nodes', play_world.group_id, play_world.formation_id
            USING ERRCODE = 'invalid_object_definition', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    SELECT g.primaryid INTO _world.primary_id
      FROM pgautofailover.node_group g JOIN pgautofailover.registered_node p ON p.nodeid = g.primaryid
     WHERE g.formationid = play_world.formation_id AND g.groupid = play_world.group_id AND p.goalstate <> 'dropped';
    SELECT n.nodeid INTO _world.unheard_id FROM pgautofailover.registered_node n
     WHERE n.formationid = play_world.formation_id AND n.groupid = play_world.group_id AND n.goalstate <> 'dropped'
       AND (n.nodename = play_world.node_name OR (play_world.node_name IS NULL AND n.nodeid = _world.primary_id));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'group % of formation "%" has no %', play_world.group_id, play_world.formation_id,
            coalesce('node "' || play_world.node_name || '"', 'primary now: a node must be named')
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    IF play_world.happening = 'switchover' THEN
        _world.unheard_id := NULL;
    END IF;
    _world.is_heard_by_peers := play_world.happening = 'monitor_cut';
    _world.reporting := ARRAY(SELECT n.nodeid FROM pgautofailover.registered_node n JOIN pgautofailover.node_report r USING (nodeid)
                               WHERE n.formationid = play_world.formation_id AND n.groupid = play_world.group_id
                                 AND n.nodeid IS DISTINCT FROM _world.unheard_id
                                 AND pgautofailover.is_fresh(r.reporttime, play_world.at)
                               ORDER BY n.nodeid);
    _world.deaf := ARRAY(SELECT r.nodeid FROM pgautofailover.node_report r
                          WHERE r.nodeid = ANY (_world.reporting) AND r.upstreamsilence >= pgautofailover.unhealthy_timeout()
                          ORDER BY r.nodeid);
    SELECT l.needed > (SELECT count(*) FROM pgautofailover.registered_node n
                        WHERE n.nodeid = ANY (l.members) AND n.nodeid = ANY (_world.reporting)
                          AND n.reportedstate = 'secondary' AND NOT n.nodeid = ANY (_world.deaf))
      INTO _world.writes_stop
      FROM pgautofailover.latest_synchronous_set(play_world.formation_id, play_world.group_id) l;
    RETURN _world;
END $$;

-- file: foresight/play_probes.sql
-- What the monitor's probes see in one round of a played event.
CREATE OR REPLACE FUNCTION pgautofailover.play_probes(
    formation_id text, group_id int, world pgautofailover.played_world, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT coalesce(current_setting('pgautofailover.enable_health_checks', true), 'on')::bool THEN
        RETURN;  -- then nobody looks
    END IF;
    PERFORM pgautofailover.record_answer(n.nodeid, seen.answer, play_probes.at)
       FROM pgautofailover.registered_node n
       JOIN pgautofailover.node_report r USING (nodeid)
      CROSS JOIN LATERAL pgautofailover.is_at_rest(n.reportedstate) AS reported (is_at_rest)
      CROSS JOIN LATERAL (SELECT
                CASE WHEN n.nodeid = (play_probes.world).unheard_id THEN 'silent'
                     -- a server that is down, or silent, without having been told to stop stays as it was seen;
                     -- so does one in maintenance
                     WHEN NOT (n.nodeid = ANY ((play_probes.world).reporting)) OR n.reportedstate = 'maintenance'
                          OR (NOT coalesce(r.pgisrunning, false) AND NOT reported.is_at_rest) THEN r.answer
                     WHEN reported.is_at_rest THEN 'refused'
                     ELSE 'answered' END) AS seen (answer)
      WHERE n.formationid = play_probes.formation_id AND n.groupid = play_probes.group_id
        AND seen.answer IS NOT NULL;
END $$;

-- file: foresight/play_reports.sql
-- What the keepers report in one round of a played event: each node has reached the goal that it had when
-- the round began, as keepers do, unless its server was down before. What changes is told through
-- node_active, as keepers tell it; who has nothing new has reported that all the while. Answers whether
-- anybody had something new.
CREATE OR REPLACE FUNCTION pgautofailover.play_reports(
    formation_id text, group_id int, world pgautofailover.played_world, at timestamptz)
RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    _primary record;
    _node record;
    _state pgautofailover.node_state;
    _arrives bool;
    _is_standby bool;
    _connected bigint[];
    _names text;
    _is_news bool := false;
BEGIN
    SELECT p.nodeid, r.tli, r.lsn,
           (p.nodeid = ANY ((play_reports.world).reporting) AND s.takes_writes AND coalesce(r.pgisrunning, false))
               OR (p.nodeid = (play_reports.world).unheard_id AND (play_reports.world).is_heard_by_peers) AS is_heard
      INTO _primary
      FROM pgautofailover.node_group g
      JOIN pgautofailover.registered_node p ON p.nodeid = g.primaryid
      JOIN pgautofailover.node_report r ON r.nodeid = p.nodeid
      JOIN pgautofailover.node_state s ON s.name = p.reportedstate
     WHERE g.formationid = play_reports.formation_id AND g.groupid = play_reports.group_id;
    UPDATE pgautofailover.node_report r
       SET reporttime = play_reports.at,
           walreporttime = CASE WHEN r.lsn <> '0/0' THEN play_reports.at END,
           upstreamsilence = CASE WHEN coalesce(_primary.is_heard, false)
                                       AND NOT (_primary.nodeid = (play_reports.world).primary_id
                                                AND r.nodeid = ANY ((play_reports.world).deaf))
                                  THEN least(r.upstreamsilence, interval '0.1 seconds')
                                  ELSE r.upstreamsilence + (play_reports.at - r.reporttime) END
      FROM pgautofailover.registered_node n
     WHERE n.nodeid = r.nodeid AND r.nodeid = ANY ((play_reports.world).reporting)
       AND n.formationid = play_reports.formation_id AND n.groupid = play_reports.group_id;

    FOR _node IN
        SELECT n.nodeid, n.formationid, n.groupid, n.reportedstate, n.goalstate, g.tli AS group_tli, s.is_detached,
               coalesce(r.pgisrunning, false) OR pgautofailover.is_at_rest(n.reportedstate) AS can_run,
               r.pgisrunning, r.tli, r.lsn, r.repstate, r.standbynames, r.problem, r.connected, r.applydelay
          FROM pgautofailover.registered_node n
          JOIN pgautofailover.node_group g USING (formationid, groupid)
          JOIN pgautofailover.node_report r USING (nodeid)
          JOIN pgautofailover.node_state s ON s.name = n.reportedstate
         WHERE n.formationid = play_reports.formation_id AND n.groupid = play_reports.group_id
           AND n.nodeid = ANY ((play_reports.world).reporting)
         ORDER BY n.nodeid
    LOOP
        -- a server that is down comes to stop, and to nothing else
        SELECT * INTO _state FROM pgautofailover.node_state
         WHERE name = CASE WHEN _node.can_run OR pgautofailover.is_at_rest(_node.goalstate) THEN _node.goalstate
                           ELSE _node.reportedstate END;
        _arrives := _state.name <> _node.reportedstate;
        _is_standby := _state.name IN ('secondary', 'catchingup', 'join_secondary');
        _connected := ARRAY(SELECT o.nodeid FROM pgautofailover.registered_node o
                             WHERE _state.takes_writes
                               AND o.formationid = _node.formationid AND o.groupid = _node.groupid AND o.nodeid <> _node.nodeid
                               AND o.reportedstate IN ('secondary', 'catchingup', 'join_secondary')
                               AND (o.nodeid = ANY ((play_reports.world).reporting)
                                    OR (o.nodeid = (play_reports.world).unheard_id AND (play_reports.world).is_heard_by_peers))
                               AND NOT (_node.nodeid = (play_reports.world).primary_id AND o.nodeid = ANY ((play_reports.world).deaf))
                             ORDER BY o.nodeid);
        CONTINUE WHEN NOT _arrives AND coalesce(_node.connected = _connected, (_connected = '{}') = (_node.repstate = ''));
        _is_news := true;
        _names := CASE WHEN _state.name NOT IN ('single', 'wait_primary', 'primary') THEN NULL
                       WHEN NOT _arrives THEN _node.standbynames
                       WHEN _state.name = 'single' THEN ''
                       ELSE pgautofailover.synchronous_standby_names(_node.formationid, _node.groupid) END;
        PERFORM pgautofailover.node_active(
            _node.formationid, _node.nodeid, _node.groupid, _state.name,
            CASE WHEN _state.name = 'maintenance' AND _node.reportedstate = 'secondary' THEN _node.pgisrunning  -- left as it is
                 WHEN pgautofailover.is_at_rest(_state.name) THEN false WHEN _node.can_run THEN true ELSE _node.pgisrunning END,
            CASE WHEN _arrives AND _state.takes_writes AND _node.is_detached THEN greatest(_node.group_tli, _node.tli) + 1
                 WHEN _arrives AND _is_standby THEN coalesce(_primary.tli, _node.tli)
                 ELSE _node.tli END,
            CASE WHEN _arrives AND _state.name = 'fast_forward'
                 THEN (SELECT max(o.detachedlsn) FROM pgautofailover.registered_node o
                        WHERE o.formationid = _node.formationid AND o.groupid = _node.groupid
                          AND o.nodeid = ANY ((play_reports.world).reporting))
                 WHEN _arrives AND _is_standby THEN coalesce(_primary.lsn, _node.lsn)
                 ELSE _node.lsn END,
            CASE WHEN _connected = '{}' THEN '' WHEN _node.repstate = '' THEN 'quorum' ELSE _node.repstate END,
            -- a primary that waits for standbys cannot confirm names
            CASE WHEN _arrives AND _state.name = 'wait_primary' AND _names <> '' THEN '?' ELSE _names END,
            CASE WHEN _is_standby THEN 100 END,
            _node.problem,
            -- a keeper of an earlier version does not tell whom it hears
            current_connected => CASE WHEN _state.takes_writes AND (_arrives OR _node.connected IS NOT NULL) THEN _connected END,
            current_apply_delay => _node.applydelay);
    END LOOP;
    RETURN _is_news;
END $$;

-- file: foresight/outcome.sql
-- How a played event ends for a group: read at its end, before it is undone. `since` is the last event
-- before it.
CREATE OR REPLACE FUNCTION pgautofailover.outcome(
    formation_id text, group_id int, world pgautofailover.played_world, since bigint, at timestamptz)
RETURNS pgautofailover.played LANGUAGE sql VOLATILE
BEGIN ATOMIC
    WITH said AS MATERIALIZED (
        SELECT e.eventid, e.nodeid, e.reportedstate, e.goalstate, e.facts, e AS whole,
               'fencing_time_passed' = ANY (r.requires) AS waits_for_fencing
          FROM pgautofailover.event e JOIN pgautofailover.rule r ON r.pos = e.rule_pos
         WHERE e.formationid = outcome.formation_id AND e.groupid = outcome.group_id AND e.eventid > outcome.since
    ), node AS MATERIALIZED (
        SELECT s.*, pgautofailover.node_description(s.nodeid, s.nodename, s.nodehost, s.nodeport) AS words
          FROM pgautofailover.node_status(outcome.formation_id, outcome.group_id, outcome.at) s
    ), leader AS MATERIALIZED (
        SELECT * FROM node WHERE is_serving
    ), promotion AS MATERIALIZED (
        SELECT said.* FROM said
          JOIN leader USING (nodeid)
          JOIN pgautofailover.node_state reported ON reported.name = said.reportedstate
          JOIN pgautofailover.node_state goal ON goal.name = said.goalstate
         WHERE reported.is_detached AND goal.takes_writes
         ORDER BY said.eventid LIMIT 1
    ), lacking AS MATERIALIZED (
        -- who should confirm commits at the end, and who is there
        SELECT l.needed, count(n.nodeid) FILTER (WHERE n.is_healthy AND n.receives AND n.goalstate = 'secondary') AS present
          FROM pgautofailover.latest_synchronous_set(outcome.formation_id, outcome.group_id) l
          LEFT JOIN node n ON n.nodeid = ANY (l.members)
         GROUP BY l.needed
    ), barred AS (
        -- who lives, when none of them may ever lead: words about positions would only hide that
        SELECT string_agg(CASE WHEN n.reportedstate = 'maintenance' THEN n.words || ' is in maintenance'
                               ELSE format('%s cannot lead: %s', n.words, e.excluded) END, '; ' ORDER BY n.nodeid) AS words
          FROM node n
          JOIN pgautofailover.election(outcome.formation_id, outcome.group_id,
                   (SELECT array_agg(s) FROM pgautofailover.node_status(outcome.formation_id, outcome.group_id, outcome.at) s)) e
               ON e.nodeid = n.nodeid
         WHERE NOT n.is_primary AND (n.is_healthy OR (n.is_fresh AND n.reportedstate = 'maintenance'))
        HAVING bool_and(NOT e.may_lead OR n.reportedstate = 'maintenance')
    ), told AS (
        -- what the rules say at the end that they wait for, be it news or not
        SELECT string_agg(DISTINCT m.because, '; ')
               || coalesce(': ' || (SELECT string_agg(w.sentence, '; ' ORDER BY w.sentence)
                                      FROM pgautofailover.election_wait(outcome.formation_id, outcome.group_id) w), '') AS words
          FROM pgautofailover.matches(outcome.formation_id, outcome.group_id, outcome.at) m
         WHERE coalesce(m.node_goal, m.primary_goal, m.candidates_goal) IS NULL
    ), nearest AS (
        -- of the rules for such a day the one that comes nearest to speaking, and what keeps it from that
        SELECT format('rule %s (%s) does not speak for %s: %s', w.rule_pos, w.because, w.node_name,
                      (SELECT string_agg(o.words, ', and ' ORDER BY o.words)
                         FROM (SELECT 'it is not so that ' || f.means AS words FROM pgautofailover.fact f WHERE f.name = ANY (w.missing)
                               UNION ALL
                               SELECT f.means FROM pgautofailover.fact f WHERE f.name = ANY (w.blocking)) o)) AS words
          FROM pgautofailover.why(outcome.formation_id, outcome.group_id) w
          JOIN pgautofailover.rule r ON r.pos = w.rule_pos
         WHERE w.node_goal IS NOT NULL AND w.phase <> 'operator' AND w.node_id = ANY ((outcome.world).reporting)
           AND r.requires && '{primary_lost,primary_stopped,primary_removed,election_running}'
           AND NOT w.missing && '{primary_lost,primary_stopped,primary_removed,election_running}'
           AND NOT r.requires && '{loss_accepted,loss_decided}'
           AND cardinality(w.missing) + cardinality(w.blocking) BETWEEN 1 AND 2
         ORDER BY cardinality(w.missing) + cardinality(w.blocking), w.rule_pos, w.node_id LIMIT 1
    ), standing AS (
        SELECT 'no rule speaks: ' || string_agg(format('%s is in state %s', n.nodename, pgautofailover.node_label(n.reportedstate, n.goalstate)),
                                                ', ' ORDER BY n.nodeid) AS words
          FROM node n
    ), ending AS (
        SELECT (SELECT nodename FROM leader) AS leader, alone.is_nobody_left,
               CASE
                   WHEN NOT EXISTS (SELECT FROM leader)
                       THEN coalesce((SELECT words FROM barred),
                                     CASE WHEN alone.is_nobody_left THEN 'no other node of the group is alive' END,
                                     nullif(concat_ws('; ', (SELECT words FROM told), (SELECT words FROM nearest)), ''),
                                     (SELECT words FROM standing))
                   WHEN (SELECT needed > present FROM lacking)
                       THEN (SELECT format('commits wait: %s of the standbys must confirm each, and %s can', needed, present) FROM lacking)
               END AS obstacle
          FROM (SELECT NOT EXISTS (SELECT FROM node WHERE NOT is_primary AND is_healthy) AS is_nobody_left) alone
    )
    SELECT ROW(
        (SELECT array_agg(said.whole ORDER BY said.eventid) FROM said),
        ending.leader,
        CASE
            WHEN ending.leader IS NULL
                THEN (SELECT CASE WHEN w.words LIKE 'Nothing%' THEN 'nothing'
                                  WHEN ending.is_nobody_left THEN 'everything, if the primary does not come back'
                                  ELSE 'nothing if the primary comes back, or else ' || lower(left(w.words, 1)) || rtrim(substr(w.words, 2), '.') END
                        FROM pgautofailover.what_may_be_lost(outcome.formation_id, outcome.group_id) AS w (words))
            WHEN NOT EXISTS (SELECT FROM promotion)
                 OR (SELECT facts && '{quorum_rule_holds,election_decided,primary_stopped}' FROM promotion)
                THEN 'nothing'
            ELSE (SELECT format('every commit after position %s, which is what %s has%s', l.lsn, l.words,
                                (SELECT format('; %s last reported %s, %s bytes further, and may have gone on since',
                                               p.words, p.lsn, greatest(p.lsn - l.lsn, 0))
                                   FROM node p WHERE p.nodeid = (outcome.world).primary_id))
                    FROM leader l)
        END,
        ending.obstacle,
        CASE
            WHEN ending.leader IS NULL OR ending.obstacle IS NOT NULL THEN NULL
            -- the primary stays, and enough standbys confirm
            WHEN NOT EXISTS (SELECT FROM promotion) AND NOT coalesce((outcome.world).writes_stop, false)
                 AND (SELECT nodeid = (outcome.world).primary_id FROM leader) THEN 0
            ELSE round(extract(epoch FROM pgautofailover.unhealthy_timeout()
                                          + pgautofailover.setting_interval('health_check_period', interval '1 second')
                                          + CASE WHEN (SELECT bool_or(said.waits_for_fencing) FROM said)
                                                 THEN pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds')
                                                 ELSE interval '0' END), 1)
        END)::pgautofailover.played
      FROM ending;
END;

-- file: foresight/play.sql
-- Plays an event on today's facts, with the rules that are in force and in a time of its own, and tells
-- what becomes of the group. It changes nothing: all of it happens in a subtransaction that is always
-- undone, the group's lock and every notification included. Only numbers of events are used up, as in
-- any transaction that is rolled back.
CREATE OR REPLACE FUNCTION pgautofailover.play(formation_id text, group_id int, happening text, node_name text)
RETURNS pgautofailover.played LANGUAGE plpgsql
SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
DECLARE
    _at timestamptz;
    _world pgautofailover.played_world;
    _before bigint;
    _seen bigint;
    _waits interval[];
    _quiet int := 1;
    _changed_at timestamptz;
    _played pgautofailover.played;
BEGIN
    BEGIN
        PERFORM pgautofailover.lock_group(play.formation_id, play.group_id);
        _at := pgautofailover.monitor_clock();
        _changed_at := _at;
        IF current_setting('pgautofailover.test_start', true) IS NOT NULL THEN  -- the library knows it
            PERFORM set_config('pgautofailover.test_start', pgautofailover.monitor_start()::text, true);
        END IF;
        PERFORM set_config('pgautofailover.test_clock', _at::text, true);
        _world := pgautofailover.play_world(play.formation_id, play.group_id, play.happening, play.node_name, _at);
        SELECT coalesce(max(eventid), 0) INTO _before FROM pgautofailover.event
         WHERE formationid = play.formation_id AND groupid = play.group_id;
        IF play.happening = 'switchover' THEN
            IF EXISTS (SELECT FROM pgautofailover.registered_node n
                        WHERE n.formationid = play.formation_id AND n.nodename = play.node_name
                          AND n.nodeid IS DISTINCT FROM _world.primary_id) THEN
                PERFORM pgautofailover.perform_promotion(play.formation_id, play.node_name);
            ELSE
                PERFORM pgautofailover.perform_failover(play.formation_id, play.group_id);
            END IF;
        END IF;

        -- A moment after each change keepers have reached their goals. When nothing changes any more, time
        -- jumps to where the next rule could speak: all of them wait for one of these.
        SELECT array_agg(w ORDER BY w) INTO _waits
          FROM unnest(ARRAY[interval '0.5 seconds',
                            pgautofailover.unhealthy_timeout() + interval '0.5 seconds',
                            3 * pgautofailover.unhealthy_timeout() + interval '0.5 seconds',
                            5 * pgautofailover.unhealthy_timeout() + interval '0.5 seconds',
                            pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds')
                                + pgautofailover.unhealthy_timeout()]) AS w;
        FOR _round IN 1 .. 100 LOOP
            EXIT WHEN _quiet > cardinality(_waits);
            _at := _changed_at + _waits[_quiet];
            PERFORM set_config('pgautofailover.test_clock', _at::text, true);
            _seen := (SELECT max(eventid) FROM pgautofailover.event WHERE formationid = play.formation_id AND groupid = play.group_id);
            PERFORM pgautofailover.play_probes(play.formation_id, play.group_id, _world, _at);
            IF NOT pgautofailover.play_reports(play.formation_id, play.group_id, _world, _at) THEN
                PERFORM pgautofailover.advance_group(play.formation_id, play.group_id, _at);
            END IF;
            IF EXISTS (SELECT FROM pgautofailover.event
                        WHERE formationid = play.formation_id AND groupid = play.group_id AND eventid > coalesce(_seen, 0)) THEN
                _changed_at := _at;
                _quiet := 1;
            ELSE
                _quiet := _quiet + 1;
            END IF;
        END LOOP;
        IF _quiet <= cardinality(_waits) THEN
            RAISE WARNING 'the group has not come to rest: what is told is the beginning';
        END IF;
        _played := pgautofailover.outcome(play.formation_id, play.group_id, _world, _before, _at);
        RAISE EXCEPTION 'the play is over' USING ERRCODE = 'PA001';
    EXCEPTION WHEN SQLSTATE 'PA001' THEN
        NULL;  -- nothing of it has happened
    END;
    RETURN _played;
END $$;

-- file: foresight/nodes_to_lose.sql
-- The nodes of a group, by name, when nobody is deciding about it. The lock is let go of at once.
CREATE OR REPLACE FUNCTION pgautofailover.nodes_to_lose(formation_id text, group_id int)
RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE _names text[];
BEGIN
    BEGIN
        PERFORM pgautofailover.lock_group(nodes_to_lose.formation_id, nodes_to_lose.group_id);
        SELECT array_agg(n.nodename ORDER BY n.nodeid) INTO _names FROM pgautofailover.registered_node n
         WHERE n.formationid = nodes_to_lose.formation_id AND n.groupid = nodes_to_lose.group_id AND n.goalstate <> 'dropped';
        RAISE EXCEPTION 'the names are known' USING ERRCODE = 'PA001';
    EXCEPTION WHEN SQLSTATE 'PA001' THEN
        NULL;  -- what remains are the names
    END;
    RETURN _names;
END $$;

-- file: foresight/what_if.sql
-- What would happen if … Plays an event on today's facts and tells, step by step, what the rules would
-- assign to whom and why, or why they would do nothing. It changes nothing.
-- Events: 'lost', the host of this node (without a name: of the primary) falls silent; 'monitor_cut', the
-- monitor no longer sees it, while its peers do; 'switchover', an operator asks for one: away from the
-- primary, or to the standby that is named.
CREATE OR REPLACE FUNCTION pgautofailover.what_if(
    formation_id text = 'default', group_id int = 0, happening text = 'lost', node_name text = NULL)
RETURNS TABLE (step int, node_id bigint, node_name text, was text, becomes text, rule_pos int, because text)
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT (row_number() OVER (ORDER BY e.eventid))::int, e.nodeid, e.nodename, e.reportedstate::text, e.goalstate::text, e.rule_pos,
           -- a rule that assigns nothing tells more in its event
           CASE WHEN coalesce(r.node_goal, r.primary_goal, r.candidates_goal) IS NULL THEN e.description ELSE r.because END
      FROM pgautofailover.play($1, $2, $3, $4) p
     CROSS JOIN LATERAL unnest(p.events) AS e
      JOIN pgautofailover.rule r ON r.pos = e.rule_pos
     ORDER BY e.eventid;
END;
COMMENT ON FUNCTION pgautofailover.what_if IS 'plays an event on today''s facts, changes nothing, and tells what the rules would do';

-- file: foresight/failover_outlook.sql
-- For each node of a group: what if its host were lost now? Who would lead (null: nobody), what could be
-- lost, what stands in the way, and for how many seconds nobody could write, estimated from the settings
-- (null: until somebody acts). It changes nothing.
CREATE OR REPLACE FUNCTION pgautofailover.failover_outlook(formation_id text = 'default', group_id int = 0)
RETURNS TABLE (lost_node text, leader text, may_lose text, obstacle text, seconds numeric)
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT n.name, p.leader, p.may_lose, p.obstacle, p.seconds
      FROM unnest(pgautofailover.nodes_to_lose(failover_outlook.formation_id, failover_outlook.group_id)) WITH ORDINALITY AS n (name, place)
     CROSS JOIN LATERAL pgautofailover.play(failover_outlook.formation_id, failover_outlook.group_id, 'lost', n.name) p
     ORDER BY n.place;
END;
COMMENT ON FUNCTION pgautofailover.failover_outlook IS 'for each node: who would lead if it were lost now, what could be lost, and what stands in the way';

-- file: views/rule_graph.sql
-- The ways between states that the rules can send a node: what the picture in the manual is made of,
-- and what every keeper must be able to walk. A node on its way that is sent elsewhere before it
-- arrives walks from where it was.
CREATE VIEW pgautofailover.rule_graph AS
WITH RECURSIVE pattern AS (
    SELECT p.pattern, r.node_goal::text AS goal
      FROM pgautofailover.rule r, unnest(r.node_in) AS p (pattern) WHERE r.node_goal IS NOT NULL
    UNION
    SELECT p.pattern, r.primary_goal::text
      FROM pgautofailover.rule r,
           -- where nothing is said, the primary gives way
           unnest(coalesce(r.primary_in, '{draining,demote_timeout,prepare_maintenance,"*->draining","*->demote_timeout","*->prepare_maintenance"}')) AS p (pattern)
     WHERE r.primary_goal IS NOT NULL
    UNION
    SELECT p.pattern, r.candidates_goal::text
      FROM pgautofailover.rule r, unnest('{secondary,join_secondary,prepare_promotion,stop_replication,report_lsn,fast_forward}'::text[]) AS p (pattern)
     WHERE r.candidates_goal IS NOT NULL
), way AS (
    SELECT split_part(pattern, '->', 1) AS from_state, goal AS to_state FROM pattern WHERE pattern NOT LIKE '*%'
    UNION
    SELECT w.from_state, p.goal FROM way w JOIN pattern p ON p.pattern = '*->' || w.to_state
)
SELECT from_state, to_state FROM way WHERE from_state <> to_state;
COMMENT ON VIEW pgautofailover.rule_graph IS 'the ways between states that the rules can send a node';

-- file: dump.sql
-- What a dump of the monitor's database keeps. The rules are code: they come with the version.
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.formation', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.node_group', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.registered_node', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.registered_node_nodeid_seq', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.synchronous_set', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.synchronous_set_setid_seq', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.event', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.event_eventid_seq', '');

-- file: privileges.sql
-- Who may do what. Nothing is open to PUBLIC.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pgautofailover FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA pgautofailover FROM PUBLIC;
GRANT USAGE ON SCHEMA pgautofailover TO autoctl_node;

-- Everybody with access may look.
GRANT SELECT ON
    pgautofailover.formation, pgautofailover.node, pgautofailover.registered_node, pgautofailover.node_report,
    pgautofailover.node_group, pgautofailover.node_state, pgautofailover.synchronous_set, pgautofailover.event,
    pgautofailover.rule, pgautofailover.fact, pgautofailover.rule_graph
TO autoctl_node;

-- The SQL API.
GRANT EXECUTE ON FUNCTION
    pgautofailover.create_formation(text, text, name, bool, int),
    pgautofailover.drop_formation(text),
    pgautofailover.enable_secondary(text),
    pgautofailover.disable_secondary(text),
    pgautofailover.formation_settings(text),
    pgautofailover.get_coordinator(text),
    pgautofailover.register_node(text, text, int, name, text, bigint, bigint, int, pgautofailover.replication_state, text, int, bool, text),
    pgautofailover.node_active(text, bigint, int, pgautofailover.replication_state, bool, int, pg_lsn, text, text, int, text, bigint, bigint[], int),
    pgautofailover.get_nodes(text, int),
    pgautofailover.get_other_nodes(bigint),
    pgautofailover.get_other_nodes(bigint, pgautofailover.replication_state),
    pgautofailover.get_primary(text, int),
    pgautofailover.get_most_advanced_standby(text, int, bigint),
    pgautofailover.remove_node(bigint, bool),
    pgautofailover.remove_node(text, int, bool),
    pgautofailover.perform_failover(text, int),
    pgautofailover.perform_promotion(text, text),
    pgautofailover.start_maintenance(bigint, bool),
    pgautofailover.stop_maintenance(bigint),
    pgautofailover.update_node_metadata(bigint, text, text, int),
    pgautofailover.set_node_system_identifier(bigint, bigint),
    pgautofailover.set_group_system_identifier(bigint, bigint),
    pgautofailover.synchronous_standby_names(text, int),
    pgautofailover.current_state(text),
    pgautofailover.current_state(text, int),
    pgautofailover.last_events(int),
    pgautofailover.last_events(text, int),
    pgautofailover.last_events(text, int, int),
    pgautofailover.formation_uri(text, text, text, text, text),
    pgautofailover.why(text, int),
    pgautofailover.what_if(text, int, text, text),
    pgautofailover.failover_outlook(text, int),
    pgautofailover.election_wait(text, int),
    pgautofailover.what_may_be_lost(text, int),
    pgautofailover.force_failover(text, int, text),
    pgautofailover.set_node_candidate_priority(text, text, int),
    pgautofailover.set_node_replication_quorum(text, text, bool),
    pgautofailover.set_formation_number_sync_standbys(text, int)
TO autoctl_node;

-- What readers call on their own behalf.
GRANT EXECUTE ON FUNCTION
    pgautofailover.latest_synchronous_set(text, int),
    pgautofailover.standby_names_text(bigint[], int)
TO autoctl_node;
