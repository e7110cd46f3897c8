// A client in a process of its own: node session.mjs DATABASE. It speaks as ../session.py does.
import { createInterface } from "node:readline";
import { DuckDBInstance } from "@duckdb/node-api";

const database = process.argv[2];
const open = async () => {
  const instance = await DuckDBInstance.create(database, { access_mode: "READ_ONLY" });
  return { instance, connection: await instance.connect() };
};

let { instance, connection } = await open();
for await (const statement of createInterface({ input: process.stdin })) {
  if (statement === "reconnect") {
    connection.closeSync();
    instance.closeSync();
    ({ instance, connection } = await open());
    continue;
  }
  try {
    const reader = await connection.runAndReadAll(statement);
    console.log(JSON.stringify(reader.getRowsJson()));
  } catch (error) {
    console.log(error.message);
  }
  console.log("END");
}
