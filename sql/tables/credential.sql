-- Roles that may act for a part of what the monitor manages. A member of autoctl_node that is not here may
-- act for all of it. A role is kept as itself, so that renaming it changes nothing.
CREATE TABLE pgautofailover.credential (
    roleid regrole PRIMARY KEY,
    formationid text NOT NULL,
    nodename text
);
COMMENT ON TABLE pgautofailover.credential IS 'roles that may act for one formation, or one node, alone';
COMMENT ON COLUMN pgautofailover.credential.roleid IS 'the role that a keeper connects as';
COMMENT ON COLUMN pgautofailover.credential.formationid IS 'the formation that it may act for; it need not exist yet';
COMMENT ON COLUMN pgautofailover.credential.nodename IS 'the node that it may act for; null: every node, and the formation as a whole';
