// @ts-check
const { startPostgres } = require('./postgres/server');
const { startRedis } = require('./redis/server');

module.exports = { startPostgres, startRedis };
