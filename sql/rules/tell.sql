-- Announces something to people and programs. PostgreSQL signals every session that listens, whatever to, once for each
-- transaction that announces anything: with hundreds of keepers that would be most of the monitor's work in bad times. So with
-- more than a hundred nodes the heartbeat says it, within about a second, all in one transaction.
CREATE OR REPLACE FUNCTION pgautofailover.tell(channel text, payload text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pgautofailover.registered_node OFFSET 100) THEN
        INSERT INTO pgautofailover.waiting_notification (channel, payload) VALUES (tell.channel, tell.payload);
    ELSE
        PERFORM pg_notify(tell.channel, tell.payload);
    END IF;
END $$;
