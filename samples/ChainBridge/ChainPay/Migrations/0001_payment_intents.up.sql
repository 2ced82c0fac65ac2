CREATE TABLE payment_intents (
    id             uuid           PRIMARY KEY,
    shipment       jsonb          NOT NULL,
    amount         numeric(18, 2) NOT NULL CHECK (amount > 0),
    currency       char(3)        NOT NULL CHECK (currency = upper(currency)),
    status         text           NOT NULL CHECK (status IN ('approved', 'delayed', 'rejected', 'settled', 'completed')),
    risk_score     numeric(3, 2)  NOT NULL CHECK (risk_score BETWEEN 0 AND 1),
    risk_tier      text           NOT NULL CHECK (risk_tier IN ('low', 'medium', 'high')),
    forced         boolean        NOT NULL DEFAULT false,
    available_at   timestamptz    NOT NULL,
    created_at     timestamptz    NOT NULL
);
CREATE INDEX payment_intents_by_status ON payment_intents (status, risk_tier, created_at);
