/// A town of a few requests, as spreadsheets by table: whatever is done on it takes milliseconds.
///
/// County 341802 has a divisible parcel of 50 mu and 30 mu of construction land, county 341881 one
/// whole parcel of 30 mu. TD-2 lacks construction land, TD-4 is outbid. Three banks serve two
/// chains; BA and BB are strong in C01.
public enum TownSheets {
  public static let all: [String: String] = [
    "regions": """
    code,name,kind,parent
    341800,宣城市,prefecture,
    341802,宣州区,county,341800
    341881,宁国市,county,341800
    """,
    "chains": """
    code,name,industry_divisions
    C01,汽车零部件,C36;C34
    C02,光伏新能源,C38;C39
    """,
    "enterprises": """
    uscc,name,region,industry,chain,size,rating
    91341802CR63F0WT2P,宣城样本企业0,341802,C3670,C01,small,A
    913418217HLUH44C6M,宣城样本企业1,341802,C3670,C01,medium,A
    91341821QX6R8JL55K,宣城样本企业2,341802,C3670,C02,small,A
    """,
    "parcels": """
    code,region,land_use,area_mu,divisible,min_lot_mu,farmland_mu,allowed_divisions,\
    min_investment_wan_per_mu,min_tax_wan_per_mu,ready_on
    DK-A,341802,0601,50,true,5,10,C36,200,10,2026-10-01
    DK-B,341881,0601,30,false,,0,C36,200,10,2026-10-01
    """,
    "land_quotas": """
    code,region,kind,period_start,period_end,amount,unit
    JS-341802,341802,construction_land,2026-01-01,2026-12-31,30,mu
    JS-341881,341881,construction_land,2026-01-01,2026-12-31,60,mu
    ZB-341802,341802,farmland_balance,2026-01-01,2026-12-31,20,mu
    NH-341802,341802,energy,2026-01-01,2026-12-31,10000,tce
    NH-341881,341881,energy,2026-01-01,2026-12-31,10000,tce
    """,
    "land_requests": """
    number,uscc,project,submitted_on,industry,area_mu,min_area_mu,regions,investment_wan,tax_wan,\
    energy_tce,priority,needed_by
    TD-1,91341802CR63F0WT2P,项目一,2026-09-01,C3612,20,20,341802,6000,400,100,province,2027-06-30
    TD-2,91341802CR63F0WT2P,项目二,2026-09-01,C3612,20,15,341802,6000,400,100,ordinary,2027-06-30
    TD-3,91341802CR63F0WT2P,项目三,2026-09-01,C3612,30,25,341881,9000,600,100,province,2027-06-30
    TD-4,91341802CR63F0WT2P,项目四,2026-09-01,C3612,30,25,341881,9000,600,100,ordinary,2027-06-30
    """,
    "banks": """
    code,name,kind,max_chains,client_limit_wan
    BA,样本银行A,city,2,1500
    BB,样本银行B,city,2,1500
    BC,样本银行C,city,2,1500
    """,
    "credit_lines": """
    bank,period_start,period_end,amount_wan,inclusive_floor_wan
    BA,2026-01-01,2026-12-31,3000,500
    BB,2026-01-01,2026-12-31,3000,500
    BC,2026-01-01,2026-12-31,3000,500
    """,
    "loan_products": """
    code,bank,name,collateral,min_wan,max_wan,max_months,rate_pct,min_rating,sizes
    BA-1,BA,样本产品,credit,10,2000,36,4.00,BB,large;medium;small;micro
    BB-1,BB,样本产品,credit,10,2000,36,4.00,BB,large;medium;small;micro
    BC-1,BC,样本产品,credit,10,2000,36,4.00,BB,large;medium;small;micro
    """,
    "bank_chain_history": """
    bank,chain,clients,outstanding_wan,bad_loan_pct
    BA,C01,40,40000,0.5
    BB,C01,30,30000,0.5
    BA,C02,30,20000,0.5
    BC,C02,40,40000,0.5
    """,
    "finance_requests": """
    number,uscc,submitted_on,amount_wan,term_months,collateral,max_rate_pct,purpose,first_loan,needed_by
    RZ-1,91341802CR63F0WT2P,2026-11-01,500,12,credit;mortgage,4.50,working_capital,false,2026-12-31
    RZ-2,913418217HLUH44C6M,2026-11-01,3000,12,credit,4.50,working_capital,false,2026-12-31
    """,
  ]
}
