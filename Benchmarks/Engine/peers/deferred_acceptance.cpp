// Resident-proposing deferred acceptance in plain C++ on flat arrays, written for the comparison:
// what a good programmer writes in an hour, with nothing of the engine's.
//
// Lists are in file order, so that ties fall as the file has them. Timed is everything from lists
// to matching: turning hospitals' lists into ranks of residents' entries, and the proposals.
#include <algorithm>
#include <cstdint>

#include "instance.hpp"

namespace {

struct Lists {
  std::vector<int32_t> start{0};
  std::vector<int32_t> party;

  Lists(Numbers& numbers, int count) {
    for (int index = 0; index < count; ++index) {
      for (long left = numbers.next(); left > 0; --left) {
        party.push_back(numbers.next());
        numbers.next();
      }
      start.push_back(party.size());
    }
  }
};

// For each entry of a resident's list the place of the resident in the hospital's list, or -1.
std::vector<int32_t> ranks(const Lists& residents, const Lists& hospitals) {
  const int count = hospitals.start.size() - 1;
  std::vector<int32_t> begin(count + 1, 0);
  for (int32_t hospital : residents.party) ++begin[hospital + 1];
  for (int hospital = 0; hospital < count; ++hospital) begin[hospital + 1] += begin[hospital];
  std::vector<int32_t> entry(residents.party.size()), owner(residents.party.size());
  std::vector<int32_t> fill(begin.begin(), begin.end() - 1);
  for (int resident = 0; resident + 1 < (int)residents.start.size(); ++resident) {
    for (int at = residents.start[resident]; at < residents.start[resident + 1]; ++at) {
      const int place = fill[residents.party[at]]++;
      entry[place] = at;
      owner[place] = resident;
    }
  }
  std::vector<int32_t> rank(residents.party.size(), -1);
  std::vector<int32_t> place(residents.start.size() - 1, -1);
  for (int hospital = 0; hospital < count; ++hospital) {
    const int first = hospitals.start[hospital];
    for (int at = first; at < hospitals.start[hospital + 1]; ++at) {
      place[hospitals.party[at]] = at - first;
    }
    for (int at = begin[hospital]; at < begin[hospital + 1]; ++at) {
      rank[entry[at]] = place[owner[at]];
    }
    for (int at = first; at < hospitals.start[hospital + 1]; ++at) place[hospitals.party[at]] = -1;
  }
  return rank;
}

long match(const std::vector<int32_t>& quota, const Lists& residents, const Lists& hospitals) {
  const std::vector<int32_t> rank = ranks(residents, hospitals);
  const int count = residents.start.size() - 1;
  std::vector<int32_t> next(residents.start.begin(), residents.start.end() - 1);
  std::vector<int32_t> slot(quota.size() + 1, 0), load(quota.size(), 0);
  for (size_t hospital = 0; hospital < quota.size(); ++hospital) {
    slot[hospital + 1] = slot[hospital] + quota[hospital];
  }
  // Each hospital's tenants as a heap with the worst rank on top.
  std::vector<std::pair<int32_t, int32_t>> tenants(slot.back());
  long matched = 0;
  for (int first = 0; first < count; ++first) {
    int resident = first;
    while (resident >= 0 && next[resident] < residents.start[resident + 1]) {
      const int at = next[resident]++;
      const int hospital = residents.party[at];
      if (rank[at] < 0 || quota[hospital] == 0) continue;
      const auto heap = tenants.begin() + slot[hospital];
      if (load[hospital] < quota[hospital]) {
        heap[load[hospital]++] = {rank[at], resident};
        std::push_heap(heap, heap + load[hospital]);
        ++matched;
        resident = -1;
      } else if (rank[at] < heap->first) {
        const int loser = heap->second;
        std::pop_heap(heap, heap + load[hospital]);
        heap[load[hospital] - 1] = {rank[at], resident};
        std::push_heap(heap, heap + load[hospital]);
        resident = loser;
      }
    }
  }
  return matched;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) Numbers::fail("usage: deferred_acceptance FILE");
  Numbers numbers(arguments[1], "stable");
  const int residentCount = numbers.next();
  std::vector<int32_t> quota(numbers.next());
  for (int32_t& places : quota) places = numbers.next();
  const Lists residents(numbers, residentCount);
  const Lists hospitals(numbers, quota.size());
  report([&] { return match(quota, residents, hospitals); });
}
