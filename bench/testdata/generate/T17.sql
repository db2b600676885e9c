-- As many accounts as n says, of five sixths as many workers, a tenth of whom left in the year. 37 who left kept an
-- account, and no others.
CREATE MACRO dice(e, salt, m) AS ((e::BIGINT * 2654435761 + salt * 97003) % 1000003) % m;
CREATE MACRO workers() AS greatest(getvariable('n') * 5 // 6, 1);
CREATE MACRO wrong(w) AS w % greatest(workers() // 37, 1) = workers() // 74 AND w // greatest(workers() // 37, 1) < 37;
CREATE MACRO left_on(w) AS CASE WHEN wrong(w) OR dice(w, 1, 10) = 0 THEN DATE '2025-01-01' + dice(w, 2, 365)::INTEGER
                                WHEN dice(w, 1, 10) = 1 THEN DATE '2024-01-01' + dice(w, 2, 365)::INTEGER END;

CREATE VIEW made_people AS
SELECT 'W-' || lpad(w::VARCHAR, 9, '0') AS worker_id, 'Worker ' || w AS full_name, 'w' || w || '@example.com' AS email,
       CASE WHEN w % 9 = 0 THEN 'contractor' ELSE 'employee' END AS kind, 'D-' || (w % 40) AS department, 'Role ' || (w % 90) AS job_title,
       'W-' || lpad((w // 10)::VARCHAR, 9, '0') AS manager_id, DATE '2015-01-01' + dice(w, 3, 3200)::INTEGER AS hired_on, left_on(w) AS left_on,
       DATE '2014-12-20' + dice(w, 3, 3200)::INTEGER AS background_check_on
FROM range(workers()) r (w);

CREATE VIEW made_accounts AS
SELECT 'A-' || lpad(a::VARCHAR, 10, '0') AS account_id, CASE WHEN a = w THEN 'directory' ELSE 'ledger' END AS system, 'w' || w AS login,
       CASE WHEN program THEN NULL ELSE 'W-' || lpad(w::VARCHAR, 9, '0') END AS worker_id,
       CASE WHEN program THEN 'service' ELSE 'human' END AS kind,
       CASE WHEN shut THEN 'disabled' ELSE 'active' END AS status, a % 50 = 0 AS privileged, a % 20 <> 0 AS mfa_enrolled,
       TIMESTAMP '2023-01-01 08:00:00' + to_hours((a % 5000)::INTEGER) AS created_at,
       CASE WHEN shut THEN left_on(w)::TIMESTAMP + to_hours((6 + dice(a, 4, 40))::INTEGER) END AS disabled_at,
       TIMESTAMP '2025-12-01 08:00:00' + to_hours((a % 700)::INTEGER) AS last_login_at, TIMESTAMP '2026-01-05 00:00:00' AS observed_at
FROM (SELECT a, w, a % 53 = 0 AND NOT wrong(w) AS program, left_on(w) IS NOT NULL AND NOT (wrong(w) AND a = w) AS shut
      FROM (SELECT a, a % workers() AS w FROM range(getvariable('n')) r (a)));
