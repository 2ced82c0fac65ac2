CREATE TABLE scores (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shipment_id   text           NOT NULL,
    request_hash  text           NOT NULL UNIQUE,
    risk_score    numeric(3, 2)  NOT NULL CHECK (risk_score BETWEEN 0 AND 1),
    risk_category text           NOT NULL CHECK (risk_category IN ('low', 'medium', 'high')),
    confidence    numeric(3, 2)  NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    reasoning     text           NOT NULL,
    scored_at     timestamptz    NOT NULL
);
