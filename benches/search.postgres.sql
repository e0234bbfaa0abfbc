-- What a search of 30,000 contracts costs where titles and names are read from the text of each
-- version, and where they are columns that are generated from it.
--     psql DATABASE -At -f benches/search.postgres.sql | grep -E '^#|Execution'
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE contract (id text PRIMARY KEY, customer text NOT NULL);
CREATE TABLE contract_version (id bigserial PRIMARY KEY, contract text NOT NULL,
  valid_from text NOT NULL, recorded_at text NOT NULL, body text NOT NULL,
  UNIQUE (contract, valid_from, recorded_at));
INSERT INTO contract SELECT 'C-' || c || '-' || k, c
  FROM generate_series(10001, 20000) c, generate_series(0, 2) k;
INSERT INTO contract_version (contract, valid_from, recorded_at, body)
  SELECT id, '2024-01-01', '2026-12-31', jsonb_build_object('number', id, 'title', 'Server of '
  || (ARRAY['Stadt', 'Kreis', 'Museum', 'Klinikum', 'Gemeinde', 'Landesamt', 'Hochschule',
  'Bibliothek'])[1 + customer::int % 8], 'term', jsonb_build_object('start', '2024-01-01'),
  'items', jsonb_build_array(repeat('a', 600), repeat('b', 600)))::text FROM contract;
CREATE INDEX contract_by_part_of_number ON contract USING gin (id gin_trgm_ops);
CREATE INDEX by_part_of_title ON contract_version
  USING gin ((body::jsonb #>> '{title}') gin_trgm_ops);
ALTER TABLE contract_version ADD COLUMN title text
  GENERATED ALWAYS AS (body::jsonb #>> '{title}') STORED;
CREATE INDEX contract_version_for_lists ON contract_version
  (contract, valid_from, recorded_at, title, id);
CREATE INDEX contract_version_by_part_of_title ON contract_version
  USING gin (title gin_trgm_ops);
VACUUM ANALYZE contract, contract_version;
PREPARE before(text) AS SELECT count(*) FROM contract_version v JOIN contract c ON c.id = v.contract
  WHERE (v.contract ILIKE $1 OR c.customer ILIKE $1 OR v.id IN (SELECT x.id FROM contract_version x
  WHERE (x.body::jsonb #>> '{title}') ILIKE $1)) AND NOT EXISTS (SELECT 1 FROM contract_version n
  WHERE n.contract = v.contract AND n.valid_from > v.valid_from);
PREPARE found(text) AS SELECT c.id FROM contract c WHERE c.id ILIKE $1 UNION ALL SELECT c.id
  FROM contract c WHERE c.id IN (SELECT x.contract FROM contract_version x WHERE x.contract > ''
  AND x.title ILIKE $1) UNION ALL SELECT c.id FROM contract c WHERE c.customer ILIKE $1 LIMIT 2001;
PREPARE counted(text) AS SELECT count(*) FROM contract_version v
  JOIN contract c ON c.id = v.contract
  WHERE v.contract > '' AND (v.contract ILIKE $1 OR c.customer ILIKE $1 OR v.title ILIKE $1)
  AND NOT EXISTS (SELECT 1 FROM contract_version n WHERE n.contract = v.contract
  AND n.valid_from > v.valid_from);
-- Five times, in turn: few have the first text, an eighth the second, all the third.
SELECT format('SELECT %L', '# ' || look || ' ' || text),
  format('EXPLAIN (ANALYZE, TIMING OFF) EXECUTE %s(%L)', look, text)
  FROM generate_series(1, 5) turn, (VALUES ('%10234%'), ('%museum%'), ('%server%')) t(text),
  (VALUES ('before'), ('found'), ('counted')) l(look) ORDER BY turn, text, look \gexec
