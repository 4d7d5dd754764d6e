# The work of one linked update in R survival, each part timed; prints "part seconds", the median of `runs`.
suppressPackageStartupMessages(library(survival))
args <- commandArgs(trailingOnly = TRUE)
runs <- as.integer(args[2])
d <- read.csv(file.path(args[1], "patients.csv"))
ae <- read.csv(file.path(args[1], "events.csv"))
d$id <- seq_len(nrow(d))
factors <- grep("^F[0-9]", names(d), value = TRUE)
ticks <- seq(0, 1400, 200)

work <- list(
  kaplan_meier = function(d) {
    summary(survfit(Surv(time, event) ~ arm, data = d, conf.type = "log-log"), times = ticks)
  },
  headline = function(d) {
    survdiff(Surv(time, event) ~ arm + strata(strata), data = d)
    coxph(Surv(time, event) ~ arm + strata(strata), data = d, ties = "efron")
  },
  forest = function(d) {
    coxph(Surv(time, event) ~ arm, data = d, ties = "efron")
    for (f in factors) {
      for (level in unique(d[[f]])) coxph(Surv(time, event) ~ arm, data = d[d[[f]] == level, ], ties = "efron")
      if (length(unique(d[[f]])) == 1) next
      group <- factor(d[[f]])
      anova(coxph(Surv(time, event) ~ arm + group, data = d), coxph(Surv(time, event) ~ arm * group, data = d))
    }
  },
  adverse_events = function(d) {
    of <- ae[ae$patient %in% d$id, ]
    worst <- of[order(of$patient, of$term, -of$grade), ]
    worst <- worst[!duplicated(worst[c("patient", "term")]), ]
    table(worst$term, d$arm[match(worst$patient, d$id)], worst$grade)
  },
  flow = function(d) table(d$arm, d$TREATED, d$RESPONSE, d$HSCT)
)
# a fresh cohort: its curves (those of everybody stay from before), unstratified comparison, forest, events, flow
work$linked_update <- function(d) {
  of <- d[d$F00 == 0, ]
  work$kaplan_meier(of)
  survdiff(Surv(time, event) ~ arm, data = of)
  cox.zph(coxph(Surv(time, event) ~ arm, data = of, ties = "efron"))
  for (part in c("forest", "adverse_events", "flow")) work[[part]](of)
}
for (part in names(work)) {
  seconds <- replicate(runs, system.time(work[[part]](d))[["elapsed"]])
  # below the clock's step, time many at once
  if (median(seconds) < 0.02) seconds <- system.time(for (i in 1:20) work[[part]](d))[["elapsed"]] / 20
  cat(part, median(seconds), "\n")
}
