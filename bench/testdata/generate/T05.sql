-- Payments of 26 pays to n / 26 payees, as many as n says. 37 of them repeat the payment before them, and no others.
CREATE MACRO dice(e, salt, m) AS ((e::BIGINT * 2654435761 + salt * 97003) % 1000003) % m;
CREATE MACRO payees() AS (getvariable('n') + 25) // 26;
CREATE MACRO wrong(i) AS i % greatest(getvariable('n') // 37, 1) = getvariable('n') // 74 AND i // greatest(getvariable('n') // 37, 1) < 37;

CREATE VIEW made_payments AS
SELECT 'PAY-' || lpad(i::VARCHAR, 10, '0') AS payment_id, 'B-' || (i // 500) AS batch_id, 'C-' || (like_of % payees() % 300) AS client_id,
       'E-' || lpad((like_of % payees())::VARCHAR, 8, '0') AS payee_id, 'PL-' || lpad(like_of::VARCHAR, 10, '0') AS line_id,
       DATE '2025-01-10' + (14 * (like_of // payees()))::INTEGER AS pay_date,
       (DATE '2025-01-10' + (14 * (like_of // payees()))::INTEGER - 2)::TIMESTAMP + to_seconds(50000 + i % 20000) AS released_at,
       dollars(50000 + dice(like_of, 1, 400000)) AS amount, 'USD' AS currency, 'tok_' || dice(like_of % payees(), 2, 900000) AS account,
       CASE WHEN i % 97 = 0 AND NOT wrong(i) AND NOT wrong(i - 1) THEN 'returned' ELSE 'sent' END AS status, NULL::VARCHAR AS invoice_number
FROM (SELECT i, CASE WHEN wrong(i - 1) THEN i - 1 ELSE i END AS like_of FROM range(getvariable('n')) r (i));
