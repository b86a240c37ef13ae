-- What the next heartbeat says to whoever listens, where many nodes are registered; see tell(). Not durable, as
-- no notification is.
CREATE UNLOGGED TABLE pgautofailover.waiting_notification (
    notificationid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel text NOT NULL,
    payload text NOT NULL
);
COMMENT ON TABLE pgautofailover.waiting_notification IS 'what the next heartbeat announces, where many nodes are registered; not durable';
