-- +goose Up
-- The second wall between tenants. Every query names its organization; these
-- policies hold when one forgets to. FORCE applies them to the owner as well.

ALTER TABLE organization ENABLE ROW LEVEL SECURITY;
ALTER TABLE organization FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON organization
    USING (id = current_setting('tickmark.org', true)
        OR current_setting('tickmark.administer', true) = 'on');

ALTER TABLE trail_leaf ENABLE ROW LEVEL SECURITY;
ALTER TABLE trail_leaf FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON trail_leaf USING (org_id = current_setting('tickmark.org', true));

ALTER TABLE trail_node ENABLE ROW LEVEL SECURITY;
ALTER TABLE trail_node FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON trail_node USING (org_id = current_setting('tickmark.org', true));

ALTER TABLE record ENABLE ROW LEVEL SECURITY;
ALTER TABLE record FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON record USING (org_id = current_setting('tickmark.org', true));

-- +goose Down
DROP POLICY tenant ON record;
ALTER TABLE record NO FORCE ROW LEVEL SECURITY;
ALTER TABLE record DISABLE ROW LEVEL SECURITY;
DROP POLICY tenant ON trail_node;
ALTER TABLE trail_node NO FORCE ROW LEVEL SECURITY;
ALTER TABLE trail_node DISABLE ROW LEVEL SECURITY;
DROP POLICY tenant ON trail_leaf;
ALTER TABLE trail_leaf NO FORCE ROW LEVEL SECURITY;
ALTER TABLE trail_leaf DISABLE ROW LEVEL SECURITY;
DROP POLICY tenant ON organization;
ALTER TABLE organization NO FORCE ROW LEVEL SECURITY;
ALTER TABLE organization DISABLE ROW LEVEL SECURITY;
