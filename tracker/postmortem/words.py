"""The words that postmortems are written in: one table, a language per row, and what a phrase found in it means.

A row is `meaning | language | how | phrases`. `is` phrases count only as a whole title or label, `has` phrases also as its
beginning, end or middle. Adding a language is adding rows. Phrases are written as `vocabulary.normal` gives them: lower
case, no punctuation at the ends, straight apostrophes. The table is long: its second half stands in `words_after.py`.
"""

from tracker.postmortem.words_after import AFTER, LABELS

STORY = """
timeline | en | has | timeline; time line; chronology; chronological; sequence of events; order of events
timeline | en | has | course of events; incident log; event log; chain of events; history of events; incident history
timeline | en | has | play by play; blow by blow; summary of events; minute by minute; sequence of; events of the
timeline | en | is | key events; events; log; updates; event timeline; minute by minute; incident updates
timeline | en | is | status updates; history; event history; incident response; key timestamps; timestamps; key times
timeline | en | is | important times; incident events; milestones; timetable; narrative; key dates; key moments
timeline | en | is | running log; the day; incident progress; what happened when; event sequence; log of events
timeline | de | has | zeitlicher ablauf; zeitleiste; chronologie; zeitstrahl; ablauf der ereignisse; ereignisverlauf
timeline | de | has | zeitverlauf
timeline | de | is | verlauf; ablauf; ereignisse; hergang; störungsverlauf; chronologischer verlauf; aktualisierungen
timeline | fr | has | chronologie; déroulement; déroulé; frise chronologique; fil des événements; ligne du temps
timeline | fr | has | historique
timeline | es | has | cronología; línea de tiempo; línea temporal; cronologia; secuencia de eventos; linea de tiempo
timeline | pt | has | linha do tempo; cronologia; linha temporal; sequência de eventos
timeline | it | has | cronologia; linea temporale; sequenza degli eventi
timeline | nl | has | tijdlijn; tijdslijn; chronologie; verloop
timeline | sv | has | tidslinje; händelseförlopp; hendelsesforløp; forløb; hændelsesforløb
timeline | pl | has | oś czasu; przebieg zdarzeń; chronologia; przebieg incydentu
timeline | fi | has | aikajana; tapahtumien kulku
timeline | cs | has | časová osa; průběh
timeline | ru | has | хронология; хронологія; таймлайн
timeline | tr | has | kronoloji; zaman çizelgesi; olay akışı
timeline | ko | has | 타임라인; 경과; 시간순
timeline | ja | has | タイムライン; 時系列; 経緯; 経過
timeline | zh | has | 时间线; 时间轴; 時間線; 时间表; 事件经过; 故障过程; 处理过程; 时间节点; 經過
summary | en | has | executive summary; summary; overview; tl; dr; tldr; abstract; synopsis; in a nutshell; at a glance
summary | en | has | in brief; in short
summary | en | is | what happens; symptom; alert; current situation; details of the incident; what happened; description
summary | en | is | introduction; intro; incident; the incident; event description; problem; issue; the problem
summary | en | is | the issue; problem description; issue description; problem statement; incident description
summary | en | is | description of incident; description of the incident; high level description; the outage
summary | en | is | outage description; description of the problem; high level overview; situation; brief; recap
summary | en | is | the short version; short version; what was the issue; the story; tl dr; description of the issue
summary | en | is | event summary; brief description; short description; outage; incident details; what happened?
summary | en | is | the event; lead; headline; statement; what went down; what was the problem; leadup; lead up
summary | en | is | what actually happened; what really happened; what happened in short
summary | de | has | zusammenfassung; kurzfassung; überblick
summary | de | is | was ist passiert; was geschah; beschreibung; vorfall; übersicht; was war passiert; kurzbeschreibung
summary | de | is | problembeschreibung
summary | fr | has | résumé; sommaire; synthèse; en bref
summary | fr | is | description; incident; que s'est-il passé; description de l'incident; contexte et résumé; aperçu
summary | fr | is | vue d'ensemble
summary | es | has | resumen
summary | es | is | descripción; qué pasó; ¿qué pasó; incidente; qué ocurrió; descripción del incidente; descripcion
summary | pt | has | resumo; sumário
summary | pt | is | descrição; o que aconteceu; descrição do incidente; incidente; visão geral
summary | it | has | riepilogo; sommario; riassunto; sintesi; panoramica
summary | nl | has | samenvatting; overzicht
summary | nl | is | wat is er gebeurd; beschrijving; wat gebeurde er
summary | sv | has | sammanfattning; sammendrag; oppsummering; resumé; opsummering
summary | sv | is | vad hände; hva skjedde; hvad skete der; beskrivelse; beskrivning; översikt
summary | pl | has | podsumowanie; streszczenie; opis incydentu
summary | fi | has | yhteenveto; tiivistelmä
summary | cs | has | shrnutí; souhrn
summary | ru | has | краткое описание; резюме; описание; сводка
summary | tr | has | özet
summary | ko | has | 요약; 개요
summary | ja | has | 概要; サマリ; 要約; まとめ; 事象
summary | zh | has | 概述; 摘要; 概要; 事件描述; 故障描述; 故障现象; 问题描述; 事故概述; 简介; 背景描述; 总览
impact | en | has | impact; impacts; blast radius; user impact; customer impact; affected users; affected services
impact | en | has | who was affected
impact | en | is | effect; effects; consequences; scope; damage; affected systems; what was affected; affected; symptoms
impact | en | is | severity and impact; services affected; user experience; affected components; impacted services
impact | en | is | how were users affected; scope of impact
impact | de | has | auswirkung; auswirkungen
impact | de | is | betroffene systeme; betroffen; folgen; betroffene dienste
impact | fr | has | impact; impacts; conséquences; utilisateurs affectés; services impactés
impact | es | has | impacto; afectación; consecuencias
impact | pt | has | impacto; impactos
impact | it | has | impatto; impatti
impact | nl | has | impact; gevolgen
impact | sv | has | påverkan; konsekvenser; konsekvens; innvirkning; konsekvenserne
impact | pl | has | wpływ; skutki
impact | ru | has | влияние; последствия
impact | ko | has | 영향; 영향 범위
impact | fi | has | vaikutus; vaikutukset
impact | cs | has | dopad; dopady
impact | tr | has | etki
impact | ja | has | 影響; 影響範囲; インパクト
impact | zh | has | 影响; 影响范围; 影響
cause | en | has | root cause; root causes; root-cause; rootcause; underlying cause; proximate cause; cause of the
cause | en | has | causes of; primary cause; why did it happen; why did this happen; why it happened; five whys; 5 whys
cause | en | has | why it broke; what caused; the five whys; why this happens; why it happens; why does this happen
cause | en | has | why we had; why was; how did this happen; how could this happen; how could this have happened
cause | en | has | how this could happen; how did it happen; how it happened; how this happened; what led to
cause | en | has | reason for outage; reason for the; made sense at the time; why was there
cause | en | has | how could this have been avoided; vulnerability details; details of vulnerability
cause | en | has | details of the vulnerability; details of the bug; bug details; problem in detail
cause | en | is | because; fault; the fault; cause; causes; rca; conclusion; conclusions; reason; reasons; analysis
cause | en | is | diagnosis; why; technical analysis; fault analysis; cause analysis; post-mortem analysis
cause | en | is | postmortem analysis; explanation; 5-whys; root problem; technical details; findings
cause | en | is | what was the cause; cause of failure; causal analysis; causation; technical explanation
cause | en | is | trigger and root cause; technical cause; why's; whys; incident analysis; problem analysis; the cause
cause | en | is | the bug; what was wrong; investigation results; what broke; direct cause
cause | en | is | technical background and root cause; origin; immediate cause; technical root cause; cause(s)
cause | en | is | root cause(s)
cause | de | has | ursache; ursachen; ursachenanalyse; grundursache; fehlerursache
cause | de | is | grund; fazit; warum; analyse; hauptursache
cause | fr | has | cause racine; causes racines; causes profondes; cause profonde; cause première; cause principale
cause | fr | has | origine; pourquoi
cause | fr | is | cause; causes; analyse; analyse des causes; conclusion; explication
cause | es | has | causa raíz; causas raíz; causa raiz; causa principal; origen
cause | es | is | causa; causas; análisis; conclusión; por qué ocurrió; análisis de causa
cause | pt | has | causa raiz; causas raiz; causa-raiz; causa principal; causas raízes
cause | pt | is | causa; causas; análise; conclusão; origem; motivo
cause | it | has | causa principale; causa radice; causa scatenante; cause
cause | it | is | causa; analisi; conclusione; conclusioni
cause | nl | has | oorzaak; oorzaken; grondoorzaak
cause | sv | has | grundorsak; rotorsak; rotårsak; grundårsag; bakomliggande orsak; underliggende årsak; hovedårsag
cause | sv | has | rodårsag
cause | sv | is | orsak; orsaker; årsak; årsaker; årsag; årsager; slutsats; konklusjon; konklusion
cause | pl | has | przyczyna; przyczyny; pierwotna przyczyna
cause | fi | has | juurisyy; juurisyyt; syy; syyt
cause | cs | has | příčina; příčiny; kořenová příčina
cause | ru | has | причина; причины; корневая причина
cause | tr | has | kök neden; neden
cause | ko | has | 원인; 근본 원인
cause | ja | has | 根本原因; 原因; 発生原因; 結論
cause | zh | has | 根本原因; 原因; 根因; 原因分析; 结论
factors | en | has | contributing factor; contributing factors; contributing cause; contributing causes; contributory
factors | en | has | contributors; aggravating factors
factors | en | is | factors; mitigating factors; causal factors; risk factors; conditions; influencing factors
factors | en | is | complicating factors; root causes and factors
factors | de | has | begünstigende faktoren; beitragende faktoren; einflussfaktoren
factors | fr | has | facteurs contributifs; facteurs aggravants; facteurs
factors | es | has | factores contribuyentes; factores
factors | pt | has | fatores contribuintes; fatores
factors | sv | has | bidragande faktorer; medvirkende faktorer; medvirkende årsaker; bidragende faktorer
factors | ja | has | 要因; 寄与要因; 背景要因
factors | zh | has | 促成因素; 因素; 诱因
trigger | en | is | trigger; triggers; incident trigger; what triggered it; triggering event; the trigger
trigger | de | is | auslöser
trigger | fr | is | déclencheur; élément déclencheur
trigger | es | is | desencadenante; disparador; detonante
trigger | pt | is | gatilho
trigger | ja | is | トリガー; 発端; きっかけ
trigger | zh | is | 触发; 触发条件; 触发因素
detection | en | has | detection; how was it detected; how did we detect; how we detected; time to detect
detection | en | has | how did we find out; how we found out
detection | en | is | discovery; alerting; monitoring; how it was detected; detected; how was the incident detected
detection | en | is | detection method
detection | de | is | erkennung; entdeckung
detection | fr | is | détection
detection | es | is | detección
detection | pt | is | detecção
detection | ja | is | 検知; 検出; 発見
detection | zh | is | 检测; 发现; 发现方式; 监控
resolution | en | has | resolution; recovery; how did we fix; how was it fixed; how it was fixed; how was it resolved
resolution | en | has | how we fixed; how it is fixed; how was the incident resolved; how was this resolved
resolution | en | has | how did we resolve; workaround; immediate fix; immediate response
resolution | en | is | response; fix; the fix; solution; mitigation; mitigations; remedy; the solution; containment
resolution | en | is | restoration; temporary solution; immediate actions; immediate action; actions taken; action taken
resolution | en | is | steps taken; what did we do; what we did; restore; fixes; resolution steps; mitigation steps
resolution | en | is | what was done; immediate mitigation; response and recovery; immediate steps taken
resolution | en | is | how the issue was resolved; how did we respond; response actions; corrective steps taken
resolution | en | is | emergency response; repair
resolution | de | is | lösung; behebung; maßnahmen zur behebung; wiederherstellung; reaktion; sofortmaßnahmen
resolution | de | is | lösungsweg; fehlerbehebung
resolution | fr | is | résolution; solution; correction; résolution de l'incident; rétablissement; mesures immédiates
resolution | fr | is | actions immédiates; réponse
resolution | es | is | resolución; solución; recuperación; mitigación; respuesta; solucion; acciones inmediatas
resolution | es | is | acciones tomadas
resolution | pt | is | resolução; solução; recuperação; mitigação; resposta; ações imediatas; ações tomadas; correção
resolution | it | is | risoluzione; soluzione; ripristino; mitigazione
resolution | nl | is | oplossing; herstel
resolution | sv | is | lösning; åtgärd; løsning; løsningen; håndtering; återställning; gjenoppretting; respons
resolution | pl | is | rozwiązanie; naprawa
resolution | ja | has | 復旧; 解決; 対応; 暫定対応; 暫定対策
resolution | zh | has | 解决方案; 解决; 恢复; 处理; 处置; 应急处理; 临时措施; 修复
"""

ROLES = STORY + AFTER + LABELS
