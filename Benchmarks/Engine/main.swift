import Matching
import Glibc
func cpu()->Double { var t=timespec(); clock_gettime(CLOCK_PROCESS_CPUTIME_ID,&t); return Double(t.tv_sec)+Double(t.tv_nsec)*1e-9 }
let a=CommandLine.arguments
let rows = a[1]=="A" ? AssignmentFamilies.sparse(Int(a[2])!,seed:1) : AssignmentFamilies.transportation(Int(a[2])!,seed:1)
let p = try rows.problem()
for _ in 0..<3 { let t=cpu(); let s=AssignmentSolver.solve(p); let d=cpu()-t; let c=AssignmentCertificate(p,s); print(d,s.objective,c.gap,c.faults,s.work) }
