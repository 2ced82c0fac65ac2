CREATE TABLE audit_log (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id uuid        NOT NULL REFERENCES payment_intents (id),
    decision   text        NOT NULL,
    reason     text        NOT NULL,
    decided_at timestamptz NOT NULL
);
CREATE INDEX audit_log_by_payment ON audit_log (payment_id, id);
