"""The peer of the department API: FastAPI and asyncpg on the same table with the same statements.

It does less than the API: whoever calls is let in, nothing is checked but the form of the fields, and a
retry would insert twice. The cause of a change has to be told to the database, which refuses the
change otherwise.
"""

import datetime
import decimal
import os

import asyncpg
from fastapi import FastAPI, Response
from pydantic import BaseModel

READ = os.environ["PEER_READ"]
COLUMNS = os.environ["PEER_COLUMNS"].split(",")
WRITE = "INSERT INTO registry.land_requests ({}) VALUES ({})".format(
    ", ".join(COLUMNS), ", ".join(f"${n + 1}" for n in range(len(COLUMNS)))
)

app = FastAPI()


class LandRequest(BaseModel):
    number: str
    uscc: str
    project: str
    submitted_on: datetime.date
    industry: str
    area_mu: decimal.Decimal
    min_area_mu: decimal.Decimal
    regions: list[str]
    investment_wan: decimal.Decimal
    tax_wan: decimal.Decimal
    energy_tce: decimal.Decimal
    jobs: int
    priority: str
    needed_by: datetime.date


@app.on_event("startup")
async def connect():
    app.state.pool = await asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=8, max_size=8, server_settings={"role": "yaosu_service"}
    )


@app.get("/v1/land-requests/{number}")
async def read(number: str):
    row = await app.state.pool.fetchval(READ, number)
    if row is None:
        return Response(status_code=404)
    return Response(row, media_type="application/json")


@app.post("/v1/land-requests", status_code=201)
async def create(request: LandRequest):
    async with app.state.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT audit.begin('peer', 'benchmark', 'create')")
        await connection.execute(WRITE, *(getattr(request, name) for name in COLUMNS))
        row = await connection.fetchval(READ, request.number)
    return Response(row, media_type="application/json", status_code=201)
