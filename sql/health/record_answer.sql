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
