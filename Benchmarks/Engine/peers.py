#!/usr/bin/env python3
"""One peer on one instance file: prints `objective wall-seconds cpu-seconds peak-MiB`.

usage: peers.py ortools|highs FILE

Reads family A and B files and allocation files whose options use one unit of one row. Time is
that of the solve alone, without reading and building the model, which favours the peer; memory is
the whole process's peak after reading, less what the interpreter and the imports took before.
"""
import sys
import time

import numpy as np


def read(path):
    """Requests, capacities, and per option its request, resource and score."""
    with open(path, "rb") as file:
        data = file.read()
    allocation = data.startswith(b"alloc")
    numbers = np.fromstring(data[5:] if allocation else data, dtype=np.int64, sep=" ")
    del data
    requests, resources = int(numbers[0]), int(numbers[1])
    if allocation:
        capacities = numbers[2 : 2 + 3 * resources].reshape(resources, 3)[:, 1]
        at, width = 2 + 3 * resources, 4
    else:
        capacities = numbers[3 : 3 + resources]
        at, width = 3 + resources, 2
    starts = np.empty(requests, np.int64)
    counts = np.empty(requests, np.int64)
    for request in range(requests):
        counts[request] = numbers[at]
        starts[request] = at + 1
        at += 1 + width * int(numbers[at])
    owner = np.repeat(np.arange(requests), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    place = starts[owner] + width * (np.arange(len(owner)) - first)
    if allocation:
        return requests, capacities, owner, numbers[place + 2], numbers[place]
    return requests, capacities, owner, numbers[place], numbers[place + 1]


def memory(field):
    """A figure of this process in MiB: VmRSS now, VmHWM at its peak."""
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith(field))
    return int(line.split()[1]) / 1024


def timed(work):
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def ortools(requests, capacities, owner, target, score):
    """Min-cost flow: requests to resources to a sink, with a way past the resources at cost 0."""
    from ortools.graph.python import min_cost_flow

    flow = min_cost_flow.SimpleMinCostFlow()
    resources = len(capacities)
    sink = requests + resources
    every = np.arange(requests)
    flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([owner, requests + np.arange(resources), every]),
        np.concatenate([requests + target, np.full(resources + requests, sink)]),
        np.concatenate([np.ones(len(owner), np.int64), capacities, np.ones(requests, np.int64)]),
        np.concatenate([-score, np.zeros(resources + requests, np.int64)]),
    )
    supplies = np.zeros(sink + 1, np.int64)
    supplies[:requests] = 1
    supplies[sink] = -requests
    flow.set_nodes_supplies(np.arange(sink + 1), supplies)
    status = []
    times = timed(lambda: status.append(flow.solve()))
    assert status[0] == flow.OPTIMAL, status
    return -flow.optimal_cost(), times


def highs(requests, capacities, owner, target, score):
    """The same as a linear program, which has an integral optimum."""
    import highspy

    resources, options = len(capacities), len(owner)
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = options, requests + resources
    lp.col_cost_ = -score.astype(float)
    lp.col_lower_, lp.col_upper_ = np.zeros(options), np.ones(options)
    lp.row_lower_ = np.full(requests + resources, -highspy.kHighsInf)
    lp.row_upper_ = np.concatenate([np.ones(requests), capacities.astype(float)])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.arange(0, 2 * options + 1, 2, dtype=np.int32)
    index = np.empty(2 * options, np.int32)
    index[0::2], index[1::2] = owner, requests + target
    lp.a_matrix_.index_, lp.a_matrix_.value_ = index, np.ones(2 * options)
    model.passModel(lp)
    times = timed(model.run)
    return round(-model.getInfo().objective_function_value), times


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("ortools", "highs"):
        sys.exit(__doc__)
    solve = {"ortools": ortools, "highs": highs}[sys.argv[1]]
    # Import before reading, so that the interpreter's own memory can be taken off.
    __import__("ortools.graph.python.min_cost_flow" if solve is ortools else "highspy")
    before = memory("VmRSS")
    problem = read(sys.argv[2])
    with open("/proc/self/clear_refs", "w") as peak:
        peak.write("5")
    objective, (wall, cpu) = solve(*problem)
    print(objective, wall, cpu, memory("VmHWM") - before)


if __name__ == "__main__":
    main()
