"""The words that postmortems are written in: one table, a language per row, and what a phrase found in it means.

A row is `meaning | language | how | phrases`. `is` phrases count only as a whole title or label, `has` phrases also as its
beginning, end or middle. Adding a language is adding rows. Phrases are written as `vocabulary.normal` gives them: lower
case, no punctuation at the ends, straight apostrophes.
"""

ROLES = """
timeline | en | has | timeline; time line; chronology; chronological; sequence of events; order of events; course of events
timeline | en | has | incident log; event log; chain of events; history of events; incident history; play by play; blow by blow
timeline | en | is | key events; events; log; updates; event timeline; minute by minute; incident updates; status updates; history
timeline | en | is | event history; incident response; key timestamps; timestamps; key times; important times; incident events; milestones
timeline | de | has | zeitlicher ablauf; zeitleiste; chronologie; zeitstrahl; ablauf der ereignisse; ereignisverlauf; zeitverlauf
timeline | de | is | verlauf; ablauf; ereignisse; hergang; störungsverlauf; chronologischer verlauf; aktualisierungen
timeline | fr | has | chronologie; déroulement; déroulé; frise chronologique; fil des événements; ligne du temps; historique
timeline | es | has | cronología; línea de tiempo; línea temporal; cronologia; secuencia de eventos; linea de tiempo
timeline | pt | has | linha do tempo; cronologia; linha temporal; sequência de eventos
timeline | it | has | cronologia; linea temporale; sequenza degli eventi
timeline | nl | has | tijdlijn; tijdslijn; chronologie; verloop
timeline | sv | has | tidslinje; händelseförlopp; hendelsesforløp; tidslinje; forløb; hændelsesforløb
timeline | pl | has | oś czasu; przebieg zdarzeń; chronologia; przebieg incydentu
timeline | en | is | timetable; narrative; key dates; key moments; running log; the day; incident progress; what happened when; event sequence; log of events
timeline | en | has | summary of events; minute by minute; sequence of; events of the
timeline | fi | has | aikajana; tapahtumien kulku
timeline | cs | has | časová osa; průběh
timeline | ru | has | хронология; хронологія; таймлайн
timeline | tr | has | kronoloji; zaman çizelgesi; olay akışı
timeline | ko | has | 타임라인; 경과; 시간순
timeline | ja | has | タイムライン; 時系列; 経緯; 経過
timeline | zh | has | 时间线; 时间轴; 時間線; 时间表; 事件经过; 故障过程; 处理过程; 时间节点; 經過
summary | en | has | executive summary; summary; overview; tl;dr; tldr; abstract; synopsis; in a nutshell; at a glance; in brief; in short
summary | en | is | what happens; symptom; alert; current situation; details of the incident; what happened; description; introduction; intro; incident; the incident; event description; problem; issue; the problem
summary | en | is | the issue; problem description; issue description; problem statement; incident description; description of incident
summary | en | is | description of the incident; high level description; the outage; outage description; description of the problem
summary | en | is | high level overview; situation; brief; recap; the short version; short version; what was the issue; the story; tl dr
summary | en | is | description of the issue; event summary; brief description; short description; issue; outage; incident details
summary | en | is | what happened?; the event; lead; headline; statement; what went down; what was the problem; leadup; lead up
summary | de | has | zusammenfassung; kurzfassung; überblick
summary | de | is | was ist passiert; was geschah; beschreibung; vorfall; übersicht; was war passiert; kurzbeschreibung; problembeschreibung
summary | fr | has | résumé; sommaire; synthèse; en bref
summary | fr | is | description; incident; que s'est-il passé; description de l'incident; contexte et résumé; aperçu; vue d'ensemble
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
summary | en | is | what actually happened; what really happened; what happened in short
summary | fi | has | yhteenveto; tiivistelmä
summary | cs | has | shrnutí; souhrn
summary | ru | has | краткое описание; резюме; описание; сводка
summary | tr | has | özet
summary | ko | has | 요약; 개요
summary | ja | has | 概要; サマリ; 要約; まとめ; 事象
summary | zh | has | 概述; 摘要; 概要; 事件描述; 故障描述; 故障现象; 问题描述; 事故概述; 简介; 背景描述; 总览
impact | en | has | impact; impacts; blast radius; user impact; customer impact; affected users; affected services; who was affected
impact | en | is | effect; effects; consequences; scope; damage; affected systems; what was affected; affected; symptoms; severity and impact
impact | en | is | services affected; user experience; affected components; impacted services; how were users affected; scope of impact
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
cause | en | has | root cause; root causes; root-cause; rootcause; underlying cause; proximate cause; cause of the; causes of; primary cause
cause | en | has | why did it happen; why did this happen; why it happened; five whys; 5 whys; why it broke; what caused; the five whys
cause | en | has | why this happens; why it happens; why does this happen; why we had; why was
cause | en | is | fault; the fault; cause; causes; rca; conclusion; conclusions; reason; reasons; analysis; diagnosis; why; technical analysis; fault analysis
cause | en | is | cause analysis; post-mortem analysis; postmortem analysis; explanation; 5-whys; root problem; technical details; findings
cause | en | is | what was the cause; cause of failure; causal analysis; causation; technical explanation; trigger and root cause; technical cause
cause | en | is | why's; whys; incident analysis; problem analysis; the cause; the bug; what was wrong; investigation results; what broke
cause | en | is | direct cause; technical background and root cause; origin; immediate cause; technical root cause; cause(s); root cause(s)
cause | de | has | ursache; ursachen; ursachenanalyse; grundursache; fehlerursache
cause | de | is | grund; fazit; warum; analyse; hauptursache
cause | fr | has | cause racine; causes racines; causes profondes; cause profonde; cause première; cause principale; origine; pourquoi
cause | fr | is | cause; causes; analyse; analyse des causes; conclusion; explication
cause | es | has | causa raíz; causas raíz; causa raiz; causa principal; origen
cause | es | is | causa; causas; análisis; conclusión; por qué ocurrió; análisis de causa
cause | pt | has | causa raiz; causas raiz; causa-raiz; causa principal; causas raízes
cause | pt | is | causa; causas; análise; conclusão; origem; motivo
cause | it | has | causa principale; causa radice; causa scatenante; cause
cause | it | is | causa; analisi; conclusione; conclusioni
cause | nl | has | oorzaak; oorzaken; grondoorzaak
cause | sv | has | grundorsak; rotorsak; rotårsak; grundårsag; bakomliggande orsak; underliggende årsak; hovedårsag; rodårsag
cause | sv | is | orsak; orsaker; årsak; årsaker; årsag; årsager; slutsats; konklusjon; konklusion
cause | pl | has | przyczyna; przyczyny; pierwotna przyczyna
cause | en | has | how did this happen; how could this happen; how could this have happened; how this could happen; how did it happen; how it happened
cause | en | has | how this happened; what led to; reason for outage; reason for the; made sense at the time; why was there; how could this have been avoided
cause | en | has | vulnerability details; details of vulnerability; details of the vulnerability; details of the bug; bug details; problem in detail
cause | fi | has | juurisyy; juurisyyt; syy; syyt
cause | cs | has | příčina; příčiny; kořenová příčina
cause | ru | has | причина; причины; корневая причина
cause | tr | has | kök neden; neden
cause | ko | has | 원인; 근본 원인
cause | ja | has | 根本原因; 原因; 発生原因; 結論
cause | zh | has | 根本原因; 原因; 根因; 原因分析; 结论
factors | en | has | contributing factor; contributing factors; contributing cause; contributing causes; contributory; contributors; aggravating factors
factors | en | is | factors; mitigating factors; causal factors; risk factors; conditions; influencing factors; complicating factors; root causes and factors
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
detection | en | has | detection; how was it detected; how did we detect; how we detected; time to detect; how did we find out; how we found out
detection | en | is | discovery; alerting; monitoring; how it was detected; detected; how was the incident detected; detection method
detection | de | is | erkennung; entdeckung
detection | fr | is | détection
detection | es | is | detección
detection | pt | is | detecção
detection | ja | is | 検知; 検出; 発見
detection | zh | is | 检测; 发现; 发现方式; 监控
resolution | en | has | resolution; recovery; how did we fix; how was it fixed; how it was fixed; how was it resolved; how we fixed; how it is fixed
resolution | en | has | how was the incident resolved; how was this resolved; how did we resolve; workaround; immediate fix; immediate response
resolution | en | is | response; fix; the fix; solution; mitigation; mitigations; remedy; the solution; containment; restoration; temporary solution
resolution | en | is | immediate actions; immediate action; actions taken; action taken; steps taken; what did we do; what we did; restore; fixes
resolution | en | is | resolution steps; mitigation steps; what was done; immediate mitigation; response and recovery; immediate steps taken
resolution | en | is | how the issue was resolved; how did we respond; response actions; corrective steps taken; emergency response; repair
resolution | de | is | lösung; behebung; maßnahmen zur behebung; wiederherstellung; reaktion; sofortmaßnahmen; lösungsweg; fehlerbehebung
resolution | fr | is | résolution; solution; correction; résolution de l'incident; rétablissement; mesures immédiates; actions immédiates; réponse
resolution | es | is | resolución; solución; recuperación; mitigación; respuesta; solucion; acciones inmediatas; acciones tomadas
resolution | pt | is | resolução; solução; recuperação; mitigação; resposta; ações imediatas; ações tomadas; correção
resolution | it | is | risoluzione; soluzione; ripristino; mitigazione
resolution | nl | is | oplossing; herstel
resolution | sv | is | lösning; åtgärd; løsning; løsningen; håndtering; återställning; gjenoppretting; respons
resolution | pl | is | rozwiązanie; naprawa
resolution | ja | has | 復旧; 解決; 対応; 暫定対応; 暫定対策
resolution | zh | has | 解决方案; 解决; 恢复; 处理; 处置; 应急处理; 临时措施; 修复
lessons | en | has | lessons learned; lessons learnt; lesson learned; lesson learnt; what we learned; what we learnt; what did we learn; learnings
lessons | en | has | what have we learned; what we have learned; what we have learnt; what have we learnt; takeaways; take-aways; take aways; retrospective
lessons | en | is | lessons; lesson; reflections; reflection; retro; key learnings; discussion; observations; insights; review; evaluation
lessons | de | has | erkenntnisse; gelernt; lehren; lessons learned
lessons | fr | has | leçons; enseignements; apprentissages; retour d'expérience
lessons | es | has | lecciones; aprendizajes; lecciones aprendidas
lessons | pt | has | lições; aprendizados; lições aprendidas
lessons | it | has | lezioni; lezioni apprese; insegnamenti
lessons | nl | has | geleerde lessen; lessen; wat hebben we geleerd
lessons | sv | has | lärdomar; læring; lærdom; læringspunkter; lärdom; lærepunkter; erfaringer
lessons | pl | has | wnioski; wyciągnięte wnioski
lessons | fi | has | opit; opetukset
lessons | ru | has | выводы; уроки
lessons | cs | has | ponaučení; poučení
lessons | ko | has | 교훈; 배운 점; 회고
lessons | ja | has | 教訓; 学び; 振り返り; ふりかえり; 得られた教訓
lessons | zh | has | 经验教训; 教训; 经验; 反思; 總結; 总结; 复盘
well | en | has | went well; went right; gone well; worked well; did well; what worked; went as expected; did right; did we do well; go well; go right
well | en | is | mitigators; positives; the good; good; pros; successes; strengths; what was good; wins; well; things that helped; what helped; keep; worked
well | en | is | bright spots; positive; good things; what saved us; highlights; things we did well; plus; what mitigated the impact; done well
well | en | has | things we liked; what we liked; we liked; what helped; we did right; worked in our favor; worked in our favour
well | en | is | kudos; liked
well | fi | has | meni hyvin
well | cs | has | šlo dobře; povedlo
well | ru | has | что было хорошо; хорошо; прошло хорошо
well | tr | has | iyi giden
well | ko | has | 잘한 점; 좋았던 점; 잘된 점
well | de | is | positiv; positives
well | de | has | gut gelaufen; lief gut; gut funktioniert; gut lief; gut gelaufen ist
well | fr | has | bien fonctionné; bien passé; bien marché; points positifs; s'est bien passé
well | es | has | salió bien; fue bien; funcionó bien; fue bien; estuvo bien; hicimos bien; puntos positivos
well | pt | has | correu bem; foi bem; funcionou bem; deu certo; pontos positivos; ocorreu bem
well | it | has | andato bene; funzionato; è andato bene
well | nl | has | goed ging; ging goed; ging er goed
well | sv | has | gick bra; gikk bra; gikk godt; gik godt; fungerade bra; fungerte bra; fungerte godt; fungerede godt
well | pl | has | poszło dobrze; zadziałało
well | ja | has | うまくいったこと; 良かったこと; 良かった点; うまくいった; よかった
well | zh | has | 做得好; 顺利; 做得好的; 好的方面; 进展顺利; 做的好
wrong | en | has | went wrong; went poorly; went badly; gone wrong; went less well; didn't go well; did not go well; could have gone better
wrong | en | has | what didn't work; what did not work; could be better; could be improved; can be improved; go wrong; gone poorly; didn't go so well
wrong | en | has | could have been better; could be done better; could have done better; do better; gone badly; go poorly; didn't work well; go better
wrong | en | has | didn't go as well; failed us; to be improved; could improve; went less than; fell short; not go well; could we have done better
wrong | en | is | negatives; the bad; bad; cons; weaknesses; failures; what was bad; room for improvement; the ugly; challenges; pain points; gaps
wrong | en | is | issues; difficulties; problems; improvement areas; areas for improvement; areas of improvement; what failed; negative; minus; stop
wrong | en | is | needs improvement; what hindered us; bad things; what slowed us down; barriers; what went bad; process failures; shortcomings
wrong | en | has | can we improve; did badly; did not like; didn't like; disliked; made it harder; we struggled; what hurt; worse than; we could improve; did poorly
wrong | en | has | slowed us down; held us back; what was hard; went sideways; went bad; surprised us; needs work; not so well; less well; should have gone
wrong | fi | has | meni huonosti
wrong | cs | has | šlo špatně; nepovedlo
wrong | ru | has | что было плохо; плохо; пошло не так
wrong | tr | has | kötü giden
wrong | ko | has | 아쉬운 점; 잘못된 점; 개선할 점
wrong | de | is | negativ; negatives
wrong | fr | has | moins bien; moins bien marché
wrong | de | has | schlecht gelaufen; schief gelaufen; schiefgelaufen; lief schlecht; nicht gut gelaufen; verbesserungsbedarf; schlecht lief; lief nicht gut
wrong | fr | has | mal fonctionné; mal passé; pas bien fonctionné; points négatifs; mal marché; n'a pas fonctionné; points d'amélioration; moins bien
wrong | es | has | salió mal; fue mal; funcionó mal; puntos negativos; estuvo mal; se puede mejorar; pudo mejorar
wrong | pt | has | correu mal; deu errado; foi mal; pontos negativos; pode melhorar; ocorreu mal; saiu errado
wrong | it | has | andato male; non ha funzionato; andato storto
wrong | nl | has | ging niet goed; niet goed ging; fout ging; ging fout; slecht ging; beter kon; kon beter; ging er mis; ging er fout
wrong | sv | has | gick fel; gikk galt; gick dåligt; gikk dårlig; gik galt; gick mindre bra; kunne vært bedre; gik dårligt; kunne gå bedre; gikk feil
wrong | pl | has | poszło źle; nie zadziałało
wrong | ja | has | 改善すべき点; 反省点; うまくいかなかったこと; 悪かったこと; 改善点; 問題点; うまくいかなかった; 悪かった点
wrong | zh | has | 做得不好; 出了问题; 不足; 待改进; 做的不好; 需要改进; 不好的方面
lucky | en | has | got lucky; lucky; luck; fortunate; fortunately; were lucky; good fortune; near misses; near miss
lucky | en | has | could have been worse
lucky | de | has | glück; glück gehabt
lucky | fr | has | chance; eu de la chance; chanceux
lucky | es | has | suerte; tuvimos suerte
lucky | pt | has | sorte; tivemos sorte
lucky | it | has | fortuna; fortunati
lucky | nl | has | geluk; gelukkig
lucky | sv | has | tur; hadde flaks; heldige; flaks; heldig
lucky | pl | has | szczęście
lucky | ja | has | 幸運; 運が良かった; 幸運だったこと; ラッキー
lucky | zh | has | 幸运; 运气; 侥幸
actions | en | has | action item; action items; action-items; action points; action point; actionable; actionables; follow-up actions; corrective action
actions | en | has | corrective actions; preventative measures; preventive measures; preventative actions; preventive actions; preventive action
actions | en | has | prevention; next steps; next step; follow-up items; follow up items; follow-up tasks; followup items; future actions; future work
actions | en | has | remediation; remediations; remediation items; action plan; improvement plan; todo; to-do; to do; todos; follow-ups; followups; follow ups
actions | en | has | resulting action; resulting actions; review actions; recommendations; recommendation; corrective measures; future plans; future plan
actions | en | has | prevent this; prevent it; prevent similar; prevent recurrence; prevent future; preventing the issue; preventing future; avoid this
actions | en | has | what are we doing; what we're doing; what will we do; what we will do; how will we prevent; how do we prevent; future works; work items
actions | en | has | what are we going to do; what we are doing; steps to prevent; proposed improvements; proposal improvements; improvement items; moving forward
actions | en | has | improvement actions; planned improvements; going forward; preventing recurrence; prevention of recurrence; avoid it in the future; avoid in the future
actions | en | has | prevent reoccurrence; preventing this; how can we prevent; keep this from happening; stop this happening; happen again; happening again
actions | en | has | looking forward; remedial measures; remedial actions; future improvements; what i'll do; what i will do; less likely
actions | en | has | possible actions; actions we; improvements we; changes we; what we'll do; what will change; what are we changing; we are changing
actions | en | is | actions; action; follow up; follow-up; followup; improvements; proposed solutions; possible improvements; suggested improvements
actions | en | is | tasks; tickets; mitigations and improvements; proposals; proposed actions; permanent fix; long term fix; long-term fix; measures
actions | en | is | proposed changes; changes; plan; the plan; countermeasures; counter measures; suggestions; what's next; whats next; what next
actions | en | is | improvement; possible solutions; long-term solution; long term solution; long-term solutions; further actions; further action
actions | en | is | remaining work; outstanding; outstanding items; outstanding actions; follow up work; follow-up work; follow-up issues; related issues to fix
actions | en | is | actions to take; actions to be taken; required actions; planned actions; open actions; future improvements; future mitigations
actions | en | is | future steps; technical improvements; process improvements; long-term improvements; recommended actions; prevention and follow-up
actions | en | is | what we're changing; what we are changing; how we'll improve; how we will improve; commitments; our commitments; mitigation plan
actions | en | is | backlog items; backlog; jira tickets; jira; action list; risk mitigation; ongoing work; ongoing actions; future; corrections; work plan
actions | en | has | follow up actions; follow up action; next actions; post-incident actions; post-incident tasks; post incident actions; to-dos; changes planned
actions | en | has | planned changes; what will we change; what we will change; where do we go from here; issues filed; what comes next; to improve; capa; what we'll do next
actions | en | is | outcomes; outcome; related issues; changes we made; changes made; what's changing; what is changing
actions | fi | has | toimenpiteet; jatkotoimet
actions | cs | has | nápravná opatření; další kroky; opatření
actions | ru | has | меры; дальнейшие действия; план действий; корректирующие; задачи
actions | tr | has | aksiyonlar; aksiyon; yapılacaklar; önlemler
actions | ko | has | 조치 사항; 조치사항; 재발 방지; 후속 조치; 액션 아이템
actions | de | has | maßnahmen; massnahmen; nächste schritte; aktionspunkte; folgemaßnahmen; handlungsbedarf; korrekturmaßnahmen; präventivmaßnahmen
actions | de | is | aufgaben; todos; verbesserungen; offene punkte; vorbeugung; empfehlungen; ausblick; nacharbeiten; aktionen
actions | fr | has | actions correctives; plan d'action; actions à mener; prochaines étapes; mesures correctives; actions préventives; mesures préventives
actions | fr | is | actions; suites; améliorations; recommandations; à faire; suivi; prévention; mesures; étapes suivantes; actions à venir; tâches
actions | es | has | acciones correctivas; plan de acción; próximos pasos; medidas correctivas; acciones preventivas; acciones a seguir; elementos de acción
actions | es | is | acciones; mejoras; recomendaciones; seguimiento; tareas; pendientes; medidas; prevención; acciones de mejora; puntos de acción
actions | pt | has | ações corretivas; plano de ação; próximos passos; medidas corretivas; ações preventivas; itens de ação
actions | pt | is | ações; melhorias; recomendações; acompanhamento; tarefas; pendências; medidas; prevenção; ações futuras; pontos de ação; planos
actions | it | has | azioni correttive; azioni preventive; prossimi passi; piano d'azione; azioni da intraprendere
actions | it | is | azioni; miglioramenti; raccomandazioni; attività; misure; prevenzione
actions | nl | has | actiepunten; vervolgacties; vervolgstappen; verbeterpunten; verbeteracties
actions | nl | is | acties; maatregelen; aanbevelingen; verbeteringen; volgende stappen; taken
actions | sv | has | åtgärder; tiltak; nästa steg; neste steg; handlingspunkter; næste skridt; aksjonspunkter; opfølgning; oppfølging; uppföljning; tiltag
actions | sv | is | aktiviteter; förbättringar; forbedringer; oppgaver; handlinger; handlingar; anbefalinger; rekommendationer; aktioner; veien videre
actions | pl | has | działania naprawcze; działania korygujące; kolejne kroki; następne kroki; plan działań; działania zapobiegawcze
actions | pl | is | działania; zadania; rekomendacje; usprawnienia
actions | ja | has | アクションアイテム; アクション; 再発防止; 再発防止策; 今後の対応; 恒久対応; 恒久対策; 対策; 今後の課題; 改善策; 今後の対策; やること
actions | zh | has | 行动项; 改进措施; 后续行动; 改进计划; 待办; 后续措施; 整改措施; 预防措施; 后续计划; 改进项; 行動項目; 跟进; 整改; 后续工作; 改善措施; 改进方案
people | en | has | attendees; responders; participants; people involved; involved; incident commander; on-call; on call; atendees; postmortem meeting
people | en | is | roles; who; team; teams; contributors; stakeholders; invitees; incident response team; reviewers; contacts; approvers; meeting
people | en | is | incident team; personnel; thanks; acknowledgements; acknowledgments; shout outs; kudos; credits; people; participants; incident lead
people | de | is | beteiligte; teilnehmer; ansprechpartner; personen
people | fr | is | participants; intervenants; personnes impliquées; équipe
people | es | is | participantes; involucrados; responsables
people | pt | is | participantes; envolvidos; responsáveis
people | ja | is | 参加者; 関係者; 対応者
people | zh | is | 参与人员; 参与人; 相关人员; 处理人; 负责人员
other | en | has | background; supporting information; related links; references; reference; links; glossary; appendix; appendices
other | en | has | further reading; technical elements; supporting data; screenshots; graphs; attachments; resources; footnotes; related incidents
other | en | has | situation at the time; metrics; statistics; stats; raw logs; chat log; slack log; irc log; related reading; table of contents; how to use
other | en | is | could it happen again; context; notes; note; architecture; logs; faq; q&a; questions; open questions; in closing; closing; closing remarks; apology
other | en | is | key terms; definitions; terminology; update; evidence; data; contents; toc; additional information; more information; comments
other | en | is | technical background; recurrence; see also; changelog; revision history; document history; feedback; investigation; process; details
other | en | is | prior incidents; sla; slo; time to recovery; communication; communications; sign-off; sign off; approvals; approval; tags; related
other | en | is | closing thoughts; final thoughts; final words; more details; supporting documentation; documentation; about; about us; credit
other | en | has | notes to the owner; sections above; instructions; checklist; before you publish; template usage; reviewing this; cost of; how-to
other | de | is | hintergrund; anhang; verweise; weitere informationen; hinweise; kontext; quellen; statistik; links
other | fr | is | contexte; annexes; annexe; références; liens; informations complémentaires; glossaire
other | es | is | contexto; antecedentes; anexos; anexo; referencias; enlaces; glosario
other | pt | is | contexto; antecedentes; anexos; anexo; referências; links; glossário
other | it | is | contesto; allegati; riferimenti
other | nl | is | achtergrond; bijlagen; context; referenties
other | sv | is | bakgrund; bakgrunn; baggrund; vedlegg; bilaga; referenser; lenker; kontekst
other | pl | is | tło; kontekst; załączniki; odnośniki
other | ja | has | 背景; 参考; 補足; 付録; 参考資料; 関連リンク
other | zh | has | 背景; 参考; 附录; 附件; 参考资料; 相关链接
date | en | is | date; incident date; date of incident; date of the incident; event date; date(s); date of event; dates; occurred on; when; start date
date | en | is | outage date; date of outage; date occurred; date/time; date and time; date of occurrence; when did it happen; incident start date; day
date | de | is | datum; tag; datum des vorfalls; vorfallsdatum
date | fr | is | date; date de l'incident; jour
date | es | is | fecha; fecha del incidente
date | pt | is | data; data do incidente
date | it | is | data; data dell'incidente
date | nl | is | datum
date | sv | is | datum; dato; dato for hendelsen
date | pl | is | data; data incydentu
date | ja | is | 日付; 日時; 発生日; 発生日時; 発生日付; 障害発生日時
date | zh | is | 日期; 时间; 發生時間; 发生时间; 故障时间; 事件日期; 故障日期; 事故时间
start | en | is | start; start time; started; began; outage start; incident start; impact start; began at; started at; begin; time started; time of incident
start | en | is | incident started; start of incident; start of impact; from; start date/time; start date and time; incident start time; event start
start | de | is | beginn; start; anfang; störungsbeginn
start | fr | is | début; début de l'incident
start | es | is | inicio; comienzo; hora de inicio
start | pt | is | início; hora de início
start | ja | is | 発生時刻; 開始; 開始時刻; 開始日時
start | zh | is | 开始时间; 开始
written | en | is | published; posted; written; last updated; updated; date written; postmortem date; report date; date published; created; created at
written | en | is | review date; date of report; document date; postmortem created; last modified; reported; date created; date of postmortem; meeting date
written | de | is | erstellt; veröffentlicht; stand; erstellt am
zone | en | is | timezone; time zone; tz; zone
authors | en | is | author; authors; owner; owners; written by; author(s); by; postmortem owner; owner(s); report author; prepared by; reporter; reported by
authors | en | is | document owner; incident owner; postmortem author; report by; editor; editors; postmortem lead; lead author; facilitator; scribe
authors | de | is | autor; autoren; verfasser; verantwortlich; autor*innen; autor:in; autorin; erstellt von
authors | fr | is | auteur; auteurs; rédacteur; auteur(s); rédigé par; responsable
authors | es | is | autor; autores; responsable; autor(es)
authors | pt | is | autor; autores; responsável; autor(es)
authors | it | is | autore; autori
authors | nl | is | auteur; auteurs; eigenaar
authors | sv | is | författare; forfatter; forfattere; skriven av; skrevet av; ansvarig; ansvarlig
authors | ja | is | 作成者; 著者; 担当者; 記入者; 報告者
authors | zh | is | 作者; 负责人; 撰写人; 报告人; 编写人
severity | en | is | severity; sev; severity level; priority; incident severity; level; impact level; criticality; sev level; urgency; incident level
severity | de | is | schweregrad; priorität; kritikalität
severity | fr | is | sévérité; gravité; criticité; priorité
severity | es | is | severidad; gravedad; prioridad; criticidad
severity | pt | is | severidade; gravidade; prioridade; criticidade
severity | ja | is | 重大度; 深刻度; 重要度; 優先度; 障害レベル
severity | zh | is | 严重程度; 级别; 等级; 故障等级; 事故等级; 优先级
status | en | is | status; state; document status; postmortem status; report status; incident status; post-mortem status; current status; action status
status | de | is | status; zustand
status | fr | is | statut; état
status | es | is | estado; estatus
status | pt | is | estado; situação
status | ja | is | ステータス; 状態; 状況
status | zh | is | 状态; 狀態
duration | en | is | duration; outage duration; total duration; incident duration; length; downtime; time to resolution; time to resolve; end; end time; mttr
duration | en | is | ended; end date; time to repair; total downtime; resolved; resolved at; outage end; time to mitigate; time to acknowledge; ttd; ttr; mttd
duration | en | is | service; services; product; component; components; environment; region; system; systems; incident id; incident number; id; ticket; tags
duration | en | is | customer; customers; category; type; incident type; project; tracking issue; incident ticket; reference number; company; location
duration | de | is | dauer; ende; dienst; system
duration | fr | is | durée; fin
duration | es | is | duración; fin
duration | pt | is | duração; fim
duration | ja | is | 期間; 終了; 復旧時刻; 停止時間; 終了時刻
duration | zh | is | 持续时间; 时长; 结束时间; 故障时长
titled | en | is | title; incident title; name; incident name; subject; postmortem title; issue name; event; incident; report title
"""
