CREATE INDEX scores_by_shipment ON scores (shipment_id, scored_at DESC);
