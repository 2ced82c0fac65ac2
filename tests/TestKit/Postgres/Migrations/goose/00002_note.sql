-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE orders ADD note text;
CREATE INDEX CONCURRENTLY ON orders (note);

-- +goose Down
ALTER TABLE orders DROP note;
