-- The role that keepers connect as. It outlives the extension, since a role belongs to the whole server.
DO $$
BEGIN
    CREATE ROLE autoctl_node LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- it exists already, perhaps made by another database at this very moment
END $$;
