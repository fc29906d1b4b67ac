// LEMON's network simplex on an allocation file whose options use one unit of one row each.
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include "instance.hpp"

int main(int count, char** arguments) {
  if (count != 2) Numbers::fail("usage: network_simplex FILE");
  Numbers numbers(arguments[1], "alloc");
  const int requests = numbers.next();
  const int rows = numbers.next();
  lemon::SmartDigraph graph;
  lemon::SmartDigraph::ArcMap<long> capacity(graph), cost(graph);
  lemon::SmartDigraph::NodeMap<long> supply(graph, 0);
  for (int node = 0; node < requests + rows + 1; ++node) graph.addNode();
  const auto sink = graph.nodeFromId(requests + rows);
  const auto add = [&](int from, int to, long room, long price) {
    const auto arc = graph.addArc(graph.nodeFromId(from), graph.nodeFromId(to));
    capacity[arc] = room;
    cost[arc] = price;
  };
  for (int row = 0; row < rows; ++row) {
    if (numbers.next() != 0) Numbers::fail("not of this structure");
    add(requests + row, requests + rows, numbers.next(), 0);
    numbers.next();
  }
  for (int request = 0; request < requests; ++request) {
    supply[graph.nodeFromId(request)] = 1;
    add(request, requests + rows, 1, 0);
    for (long left = numbers.next(); left > 0; --left) {
      const long score = numbers.next();
      if (numbers.next() != 1) Numbers::fail("not of this structure");
      const long row = numbers.next();
      if (numbers.next() != 1) Numbers::fail("not of this structure");
      add(request, requests + row, 1, -score);
    }
  }
  supply[sink] = -requests;
  lemon::NetworkSimplex<lemon::SmartDigraph, long, long> simplex(graph);
  simplex.upperMap(capacity).costMap(cost).supplyMap(supply);
  report([&] {
    if (simplex.run() != simplex.OPTIMAL) Numbers::fail("no optimum");
    return -simplex.totalCost();
  });
}
