CREATE TABLE idempotency_keys (
    key          text        PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 200),
    request_hash text        NOT NULL,
    payment_id   uuid        NOT NULL REFERENCES payment_intents (id),
    created_at   timestamptz NOT NULL
);
