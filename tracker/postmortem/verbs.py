"""The verbs that a thing to do begins with."""

import re

IMPERATIVE = re.compile(
    r"(?:add|allow|always|assess|audit|automate|avoid|backfill|block|build|bump|catch|change|check"
    r"|clarify|clean|commit|communicate|conduct|configure"
    r"|consider|consolidate|contact|continue|create|decide|decommission|define|delete|deploy|design"
    r"|determine|develop|disable|discuss|document"
    r"|educate|eliminate|enable|encourage|enforce|ensure|establish|evaluate|examine|expand|explore|extend"
    r"|figure|file|find|finish|fix|follow"
    r"|formalise|formalize|get|give|harden|have|identify|implement|improve|include|increase|install"
    r"|integrate|introduce|investigate|keep|limit"
    r"|list|look|lower|make|measure|migrate|minimi[sz]e|mitigate|modify|monitor|move|notify|open"
    r"|optimi[sz]e|patch|perform|pin|plan|prevent"
    r"|prioriti[sz]e|protect|provide|publish|put|raise|re-?architect|re-?design|re-?factor|re-?visit"
    r"|re-?write|rebuild|reconsider|reduce|refine"
    r"|remind|remove|rename|replace|report|request|require|research|restore|restrict|review|revise|roll"
    r"|rotate|run|schedule|send|separate|set"
    r"|setup|share|simplify|split|standardi[sz]e|start|stop|store|streamline|strengthen|support|switch"
    r"|test|tighten|track|train|tune|turn|update"
    r"|upgrade|use|validate|verify|work|write)\b(?!\s?:)",
    re.I,
)
