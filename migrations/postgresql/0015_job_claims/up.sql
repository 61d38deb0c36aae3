-- A job that keeps ending its runner is given up after a few claims.
alter table jobs add column n_claims bigint not null default 0;
