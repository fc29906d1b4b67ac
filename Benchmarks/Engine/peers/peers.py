#!/usr/bin/env python3
"""A peer on one instance file: prints `objective bound wall-seconds cpu-seconds peak-MiB`.

usage: peers.py flow FILE                  OR-Tools SimpleMinCostFlow (unit uses, one row an option)
       peers.py highs|cpsat FILE SECONDS   HiGHS or CP-SAT on any alloc file, CP-SAT also on
                                           designation files; two threads

Time is that of the solve alone, without reading and building the model. Memory is the process's
peak during the solve, after what was read has been dropped. Both favour the peer.
"""
import gc
import sys
import time

import numpy as np


def read(path):
    """The format's name and all numbers of a file."""
    with open(path, "rb") as file:
        data = file.read()
    name, _, rest = data.partition(b" ")
    return name.decode(), np.fromstring(rest, dtype=np.int64, sep=" ")


def allocation(numbers):
    """Requests, rows (lower, upper, penalty), per option request and score, per use option, row
    and amount."""
    requests, rows = int(numbers[0]), int(numbers[1])
    bounds = numbers[2 : 2 + 3 * rows].reshape(rows, 3)
    at = 2 + 3 * rows
    owner, score, user, used, amount = [], [], [], [], []
    for request in range(requests):
        count = int(numbers[at])
        at += 1
        for _ in range(count):
            score.append(int(numbers[at]))
            uses = int(numbers[at + 1])
            for use in range(uses):
                user.append(len(owner))
                used.append(int(numbers[at + 2 + 2 * use]))
                amount.append(int(numbers[at + 3 + 2 * use]))
            owner.append(request)
            at += 2 + 2 * uses
    return requests, bounds, *map(np.array, (owner, score, user, used, amount))


def seats(numbers):
    """As `allocation` for options that use one unit of one row each, which it checks."""
    requests, rows = int(numbers[0]), int(numbers[1])
    bounds = numbers[2 : 2 + 3 * rows].reshape(rows, 3)
    at = 2 + 3 * rows
    counts = np.empty(requests, np.int64)
    starts = np.empty(requests, np.int64)
    for request in range(requests):
        counts[request] = numbers[at]
        starts[request] = at + 1
        at += 1 + 4 * int(numbers[at])
        if at > len(numbers):
            sys.exit("not of this structure")
    owner = np.repeat(np.arange(requests), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    place = starts[owner] + 4 * (np.arange(len(owner)) - first)
    alike = (numbers[place + 1] == 1).all() and (numbers[place + 3] == 1).all()
    if at != len(numbers) or not alike or bounds[:, 0].any():
        sys.exit("not of this structure")
    return requests, bounds[:, 1].copy(), owner, numbers[place + 2], numbers[place]


def peak():
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def solve(work):
    """Runs `work`, which returns objective and bound, and prints what it took."""
    gc.collect()
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return wall, cpu, peak()


def flow(path):
    """Min-cost flow: requests to resources to a sink, with a way past the resources at cost 0."""
    from ortools.graph.python import min_cost_flow

    model = min_cost_flow.SimpleMinCostFlow()

    def build():
        requests, capacities, owner, target, score = seats(read(path)[1])
        resources = len(capacities)
        sink = requests + resources
        every = np.arange(requests)
        model.add_arcs_with_capacity_and_unit_cost(
            np.concatenate([owner, requests + np.arange(resources), every]),
            np.concatenate([requests + target, np.full(resources + requests, sink)]),
            np.concatenate(
                [np.ones(len(owner), np.int64), capacities, np.ones(requests, np.int64)]
            ),
            np.concatenate([-score, np.zeros(resources + requests, np.int64)]),
        )
        supplies = np.zeros(sink + 1, np.int64)
        supplies[:requests] = 1
        supplies[sink] = -requests
        model.set_nodes_supplies(np.arange(sink + 1), supplies)

    build()
    status = []
    times = solve(lambda: status.append(model.solve()))
    assert status[0] == model.OPTIMAL, status
    return -model.optimal_cost(), -model.optimal_cost(), times


def highs(path, seconds):
    """The allocation as a 0/1 program; a shortfall is a variable of the row."""
    import highspy

    requests, bounds, owner, score, user, used, amount = allocation(read(path)[1])
    rows, options = len(bounds), len(owner)
    # Each option's column holds its request's row, then the rows that it uses.
    order = np.argsort(np.concatenate([np.arange(options), user]), kind="stable")
    index = np.concatenate([owner, requests + used])[order]
    value = np.concatenate([np.ones(options), amount])[order]
    width = 1 + np.bincount(user, minlength=options)
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("time_limit", float(seconds))
    model.setOptionValue("threads", 2)
    model.setOptionValue("mip_rel_gap", 0.0)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = options + rows, requests + rows
    lp.col_cost_ = np.concatenate([-score.astype(float), bounds[:, 2].astype(float)])
    lp.col_lower_ = np.zeros(options + rows)
    lp.col_upper_ = np.concatenate([np.ones(options), bounds[:, 0].astype(float)])
    lp.row_lower_ = np.concatenate([np.full(requests, -highspy.kHighsInf), bounds[:, 0]])
    # Only units within the bounds count; a row whose lower bound is 0 has no shortfall.
    lp.row_upper_ = np.concatenate([np.ones(requests), bounds[:, 1].astype(float)])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    starts = np.concatenate([[0], np.cumsum(width), width.sum() + 1 + np.arange(rows)])
    lp.a_matrix_.start_ = starts.astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate([index, requests + np.arange(rows)]).astype(np.int32)
    lp.a_matrix_.value_ = np.concatenate([value, np.ones(rows)])
    lp.integrality_ = [highspy.HighsVarType.kInteger] * options + [
        highspy.HighsVarType.kContinuous
    ] * rows
    model.passModel(lp)
    times = solve(model.run)
    info = model.getInfo()
    if info.primal_solution_status != 2:
        sys.exit("no solution")
    return round(-info.objective_function_value), int(-info.mip_dual_bound + 1e-6), times


def cpsat(path, seconds):
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    name, numbers = read(path)
    {"alloc": cpsat_allocation, "designation": cpsat_designation}[name](model, numbers)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = float(seconds)
    solver.parameters.num_workers = 2
    status = []
    times = solve(lambda: status.append(solver.solve(model)))
    if status[0] not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        sys.exit("no solution")
    return round(solver.objective_value), int(solver.best_objective_bound + 1e-6), times


def cpsat_allocation(model, numbers):
    requests, bounds, owner, score, user, used, amount = allocation(numbers)
    chosen = [model.new_bool_var("") for _ in owner]
    of_request = [[] for _ in range(requests)]
    for option, request in enumerate(owner):
        of_request[request].append(chosen[option])
    for options in of_request:
        model.add_at_most_one(options)
    of_row = [[] for _ in bounds]
    for option, row, units in zip(user, used, amount):
        of_row[row].append(int(units) * chosen[option])
    points = [int(points) * option for points, option in zip(score, chosen)]
    for (lower, upper, penalty), uses in zip(bounds.tolist(), of_row):
        model.add(sum(uses) <= upper)
        if lower:
            short = model.new_int_var(0, lower, "")
            model.add(sum(uses) + short >= lower)
            points.append(-penalty * short)
    model.maximize(sum(points))


def cpsat_designation(model, numbers):
    groups, resources, members, limit = numbers[:4].tolist()
    capacities = numbers[4 : 4 + resources].tolist()
    at = 4 + resources
    pair_score = numbers[at : at + groups * resources].reshape(groups, resources).tolist()
    at += groups * resources
    rows = numbers[at:].reshape(members, 2 + resources).tolist()
    pair = [[model.new_bool_var("") for _ in range(resources)] for _ in range(groups)]
    points = [p * y for scores, row in zip(pair_score, pair) for p, y in zip(scores, row)]
    used = [[] for _ in range(resources)]
    for row in pair:
        model.add(sum(row) == 2)
    for resource in range(resources):
        model.add(sum(row[resource] for row in pair) <= limit)
    for group, amount, *scores in rows:
        served = []
        for resource, score in enumerate(scores):
            if score == 0:
                continue
            option = model.new_bool_var("")
            model.add_implication(option, pair[group][resource])
            used[resource].append(amount * option)
            points.append(score * option)
            served.append(option)
        model.add_at_most_one(served)
    for capacity, uses in zip(capacities, used):
        model.add(sum(uses) <= capacity)
    model.maximize(sum(points))


def main():
    peers = {"flow": (flow, 1), "highs": (highs, 2), "cpsat": (cpsat, 2)}
    function, count = peers.get(sys.argv[1] if len(sys.argv) > 1 else "", (None, -1))
    if len(sys.argv) != 2 + count:
        sys.exit(__doc__)
    objective, bound, (wall, cpu, memory) = function(*sys.argv[2:])
    print(objective, bound, wall, cpu, memory)


if __name__ == "__main__":
    main()
