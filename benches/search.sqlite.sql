-- What a look for a text costs in a book of 1,020,000 invoices, before and with the index of
-- trigrams, and the place of a page: rows without their views, so that only indexes are compared.
--     sqlite3 D/search.db < benches/search.sqlite.sql
PRAGMA journal_mode = WAL;
CREATE TABLE invoice (id INTEGER PRIMARY KEY, issue_date TEXT, contract TEXT, customer TEXT,
  number TEXT, view TEXT) STRICT;
WITH RECURSIVE c(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM c WHERE k < 29999),
  m(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM m WHERE n < 33)
INSERT INTO invoice (issue_date, contract, customer, number, view)
  SELECT date('2024-02-01', '+' || n || ' months'), 'C-' || (10001 + k / 3) || '-' || (k % 3),
  10001 + k / 3, 'RE-' || strftime('%Y', date('2024-02-01', '+' || n || ' months')) || '-'
  || printf('%05d', 1 + k + 30000 * (n % 12)), hex(zeroblob(100)) FROM c, m;
CREATE INDEX by_day ON invoice (issue_date, id);
CREATE INDEX by_number ON invoice (number, contract, customer, id);
CREATE INDEX by_customer ON invoice (customer, issue_date);
.timer on
SELECT 'the index is made';
CREATE VIRTUAL TABLE invoice_text USING
  fts5(said, content='', columnsize=0, tokenize='trigram');
CREATE VIRTUAL TABLE invoice_text_trigram USING fts5vocab(invoice_text, instance);
INSERT INTO invoice_text (rowid, said)
  SELECT CAST(julianday(issue_date) AS INTEGER) * 4294967296 + id,
  number || char(31) || contract || char(31, 31) FROM invoice ORDER BY issue_date, id;
INSERT INTO invoice_text (invoice_text) VALUES ('optimize');
SELECT 'its size', sum(length(block)) FROM invoice_text_data;
SELECT 'caches are warm', count(*) FROM invoice WHERE number LIKE '%x%';
SELECT 'part of a number, before', count(*) FROM invoice WHERE number LIKE '%-01234%';
SELECT 'part of a number, now', count(*) FROM (SELECT rowid FROM invoice_text
  WHERE invoice_text MATCH '"-01234"' LIMIT 2001);
SELECT 'two signs that are nowhere, before', count(*) FROM invoice WHERE number LIKE '%zz%';
SELECT 'two signs that are nowhere, now', count(*) FROM (SELECT DISTINCT doc
  FROM invoice_text_trigram WHERE term >= 'zz' AND term < 'zz' || char(1114111) LIMIT 2001);
SELECT 'signs that are everywhere, apart', count(*) FROM (SELECT rowid FROM invoice_text
  WHERE invoice_text MATCH '"6-2026-20"' LIMIT 2001);
SELECT 'how many have the start of a year, before', count(*) FROM invoice
  WHERE number LIKE '%RE-2024%' OR contract LIKE '%RE-2024%' OR customer = 'RE-2024';
SELECT 'how many have the start of a year, now', count(*) FROM invoice_text
  WHERE invoice_text MATCH '"RE-2024"';
SELECT 'their first page, before', count(*) FROM (SELECT id FROM invoice
  WHERE number LIKE '%RE-2024%' OR contract LIKE '%RE-2024%' OR customer = 'RE-2024'
  ORDER BY issue_date DESC, id DESC LIMIT 26);
SELECT 'their first page, now', count(*) FROM (SELECT rowid FROM invoice_text
  WHERE invoice_text MATCH '"RE-2024"' ORDER BY rowid DESC LIMIT 26);
SELECT 'place in the middle, before', count(*) FROM invoice
  WHERE (issue_date, id) > ('2025-06-01', 500000);
SELECT 'place in the middle, now', (SELECT count(*) FROM invoice
  WHERE issue_date < '2025-06-01' AND issue_date >= '2025-01-01')
  + (SELECT count(*) FROM invoice WHERE issue_date = '2025-06-01' AND id < 500000);
