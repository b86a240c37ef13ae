-- Notes a probe's answer.
CREATE OR REPLACE FUNCTION pgautofailover.record_answer(node_id bigint, answer text, at timestamptz)
RETURNS void LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO pgautofailover.node_report (nodeid, health, answer, healthchecktime)
    VALUES (record_answer.node_id, (record_answer.answer = 'answered')::int, record_answer.answer, record_answer.at)
    ON CONFLICT (nodeid) DO UPDATE
       SET health = EXCLUDED.health, answer = EXCLUDED.answer, healthchecktime = EXCLUDED.healthchecktime;
END;
