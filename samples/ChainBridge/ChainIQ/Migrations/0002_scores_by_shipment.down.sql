DROP INDEX scores_by_shipment;
