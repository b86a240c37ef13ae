-- Announces something to people and programs: a sentence, and as programs parse it the node that it is about, if it still is
-- there. PostgreSQL signals every session that listens, whatever to, once for each transaction that announces anything: with
-- hundreds of keepers that would be most of the monitor's work in bad times. So with more than a hundred nodes the heartbeat
-- says it, within about a second, all in one transaction.
CREATE OR REPLACE FUNCTION pgautofailover.tell(sentence text, state text = NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pgautofailover.registered_node OFFSET 100) THEN
        INSERT INTO pgautofailover.waiting_notification (channel, payload)
        SELECT w.channel, w.payload
          FROM (VALUES ('log', left(tell.sentence, 7000)), ('state', tell.state)) AS w (channel, payload)
         WHERE w.payload IS NOT NULL;
    ELSE
        PERFORM pg_notify('log', left(tell.sentence, 7000));
        IF tell.state IS NOT NULL THEN
            PERFORM pg_notify('state', tell.state);
        END IF;
    END IF;
END $$;
