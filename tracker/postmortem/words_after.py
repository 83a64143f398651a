"""The second half of the table of `words.py`: what comes after an incident, and the labels of single lines."""

AFTER = """
lessons | en | has | lessons learned; lessons learnt; lesson learned; lesson learnt; what we learned; what we learnt
lessons | en | has | what did we learn; learnings; what have we learned; what we have learned; what we have learnt
lessons | en | has | what have we learnt; takeaways; take-aways; take aways; retrospective
lessons | en | is | lessons; lesson; reflections; reflection; retro; key learnings; discussion; observations; insights
lessons | en | is | review; evaluation
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
well | en | has | went well; went right; gone well; worked well; did well; what worked; went as expected; did right
well | en | has | did we do well; go well; go right; things we liked; what we liked; we liked; what helped; we did right
well | en | has | worked in our favor; worked in our favour
well | en | is | mitigators; positives; the good; good; pros; successes; strengths; what was good; wins; well
well | en | is | things that helped; what helped; keep; worked; bright spots; positive; good things; what saved us
well | en | is | highlights; things we did well; plus; what mitigated the impact; done well; kudos; liked
well | fi | has | meni hyvin
well | cs | has | šlo dobře; povedlo
well | ru | has | что было хорошо; хорошо; прошло хорошо
well | tr | has | iyi giden
well | ko | has | 잘한 점; 좋았던 점; 잘된 점
well | de | is | positiv; positives
well | de | has | gut gelaufen; lief gut; gut funktioniert; gut lief; gut gelaufen ist
well | fr | has | bien fonctionné; bien passé; bien marché; points positifs; s'est bien passé
well | es | has | salió bien; fue bien; funcionó bien; estuvo bien; hicimos bien; puntos positivos
well | pt | has | correu bem; foi bem; funcionou bem; deu certo; pontos positivos; ocorreu bem
well | it | has | andato bene; funzionato; è andato bene
well | nl | has | goed ging; ging goed; ging er goed
well | sv | has | gick bra; gikk bra; gikk godt; gik godt; fungerade bra; fungerte bra; fungerte godt; fungerede godt
well | pl | has | poszło dobrze; zadziałało
well | ja | has | うまくいったこと; 良かったこと; 良かった点; うまくいった; よかった
well | zh | has | 做得好; 顺利; 做得好的; 好的方面; 进展顺利; 做的好
wrong | en | has | went wrong; went poorly; went badly; gone wrong; went less well; didn't go well; did not go well
wrong | en | has | could have gone better; what didn't work; what did not work; could be better; could be improved
wrong | en | has | can be improved; go wrong; gone poorly; didn't go so well; could have been better
wrong | en | has | could be done better; could have done better; do better; gone badly; go poorly; didn't work well
wrong | en | has | go better; didn't go as well; failed us; to be improved; could improve; went less than; fell short
wrong | en | has | not go well; could we have done better; can we improve; did badly; did not like; didn't like
wrong | en | has | disliked; made it harder; we struggled; what hurt; worse than; we could improve; did poorly
wrong | en | has | slowed us down; held us back; what was hard; went sideways; went bad; surprised us; needs work
wrong | en | has | not so well; less well; should have gone
wrong | en | is | negatives; the bad; bad; cons; weaknesses; failures; what was bad; room for improvement; the ugly
wrong | en | is | challenges; pain points; gaps; issues; difficulties; problems; improvement areas
wrong | en | is | areas for improvement; areas of improvement; what failed; negative; minus; stop; needs improvement
wrong | en | is | what hindered us; bad things; what slowed us down; barriers; what went bad; process failures
wrong | en | is | shortcomings
wrong | fi | has | meni huonosti
wrong | cs | has | šlo špatně; nepovedlo
wrong | ru | has | что было плохо; плохо; пошло не так
wrong | tr | has | kötü giden
wrong | ko | has | 아쉬운 점; 잘못된 점; 개선할 점
wrong | de | is | negativ; negatives
wrong | fr | has | moins bien; moins bien marché; mal fonctionné; mal passé; pas bien fonctionné; points négatifs
wrong | fr | has | mal marché; n'a pas fonctionné; points d'amélioration
wrong | de | has | schlecht gelaufen; schief gelaufen; schiefgelaufen; lief schlecht; nicht gut gelaufen
wrong | de | has | verbesserungsbedarf; schlecht lief; lief nicht gut
wrong | es | has | salió mal; fue mal; funcionó mal; puntos negativos; estuvo mal; se puede mejorar; pudo mejorar
wrong | pt | has | correu mal; deu errado; foi mal; pontos negativos; pode melhorar; ocorreu mal; saiu errado
wrong | it | has | andato male; non ha funzionato; andato storto
wrong | nl | has | ging niet goed; niet goed ging; fout ging; ging fout; slecht ging; beter kon; kon beter; ging er mis
wrong | nl | has | ging er fout
wrong | sv | has | gick fel; gikk galt; gick dåligt; gikk dårlig; gik galt; gick mindre bra; kunne vært bedre
wrong | sv | has | gik dårligt; kunne gå bedre; gikk feil
wrong | pl | has | poszło źle; nie zadziałało
wrong | ja | has | 改善すべき点; 反省点; うまくいかなかったこと; 悪かったこと; 改善点; 問題点; うまくいかなかった
wrong | ja | has | 悪かった点
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
actions | en | has | action item; action items; action-items; action points; action point; actionable; actionables
actions | en | has | follow-up actions; corrective action; corrective actions; preventative measures
actions | en | has | preventive measures; preventative actions; preventive actions; preventive action; prevention
actions | en | has | next steps; next step; follow-up items; follow up items; follow-up tasks; followup items
actions | en | has | future actions; future work; remediation; remediations; remediation items; action plan
actions | en | has | improvement plan; todo; to-do; to do; todos; follow-ups; followups; follow ups; resulting action
actions | en | has | resulting actions; review actions; recommendations; recommendation; corrective measures
actions | en | has | future plans; future plan; prevent this; prevent it; prevent similar; prevent recurrence
actions | en | has | prevent future; preventing the issue; preventing future; avoid this; what are we doing
actions | en | has | what we're doing; what will we do; what we will do; how will we prevent; how do we prevent
actions | en | has | future works; work items; what are we going to do; what we are doing; steps to prevent
actions | en | has | proposed improvements; proposal improvements; improvement items; moving forward
actions | en | has | improvement actions; planned improvements; going forward; preventing recurrence
actions | en | has | prevention of recurrence; avoid it in the future; avoid in the future; prevent reoccurrence
actions | en | has | preventing this; how can we prevent; keep this from happening; stop this happening; happen again
actions | en | has | happening again; looking forward; remedial measures; remedial actions; future improvements
actions | en | has | what i'll do; what i will do; less likely; possible actions; actions we; improvements we
actions | en | has | changes we; what we'll do; what will change; what are we changing; we are changing
actions | en | has | follow up actions; follow up action; next actions; post-incident actions; post-incident tasks
actions | en | has | post incident actions; to-dos; changes planned; planned changes; what will we change
actions | en | has | what we will change; where do we go from here; issues filed; what comes next; to improve; capa
actions | en | has | what we'll do next; what we should do; what should we do; needs to be done; must be done
actions | en | has | avoiding recurrence; avoiding a recurrence; issues to file; bugs filed; issues created; tickets filed
actions | en | is | outstanding work; still to do; remaining tasks; hardening; pending actions; pending work
actions | en | is | we will; actions; action; follow up; follow-up; followup; improvements; proposed solutions
actions | en | is | possible improvements; suggested improvements; tasks; tickets; mitigations and improvements
actions | en | is | proposals; proposed actions; permanent fix; long term fix; long-term fix; measures; proposed changes
actions | en | is | changes; plan; the plan; countermeasures; counter measures; suggestions; what's next; whats next
actions | en | is | what next; improvement; possible solutions; long-term solution; long term solution
actions | en | is | long-term solutions; further actions; further action; remaining work; outstanding; outstanding items
actions | en | is | outstanding actions; follow up work; follow-up work; follow-up issues; related issues to fix
actions | en | is | actions to take; actions to be taken; required actions; planned actions; open actions
actions | en | is | future improvements; future mitigations; future steps; technical improvements; process improvements
actions | en | is | long-term improvements; recommended actions; prevention and follow-up; what we're changing
actions | en | is | what we are changing; how we'll improve; how we will improve; commitments; our commitments
actions | en | is | mitigation plan; backlog items; backlog; jira tickets; jira; action list; risk mitigation
actions | en | is | ongoing work; ongoing actions; future; corrections; work plan; outcomes; outcome; related issues
actions | en | is | changes we made; changes made; what's changing; what is changing
actions | fi | has | toimenpiteet; jatkotoimet
actions | cs | has | nápravná opatření; další kroky; opatření
actions | ru | has | меры; дальнейшие действия; план действий; корректирующие; задачи
actions | tr | has | aksiyonlar; aksiyon; yapılacaklar; önlemler
actions | ko | has | 조치 사항; 조치사항; 재발 방지; 후속 조치; 액션 아이템
actions | de | has | maßnahmen; massnahmen; nächste schritte; aktionspunkte; folgemaßnahmen; handlungsbedarf
actions | de | has | korrekturmaßnahmen; präventivmaßnahmen
actions | de | is | aufgaben; todos; verbesserungen; offene punkte; vorbeugung; empfehlungen; ausblick; nacharbeiten
actions | de | is | aktionen
actions | fr | has | actions correctives; plan d'action; actions à mener; prochaines étapes; mesures correctives
actions | fr | has | actions préventives; mesures préventives
actions | fr | is | actions; suites; améliorations; recommandations; à faire; suivi; prévention; mesures
actions | fr | is | étapes suivantes; actions à venir; tâches
actions | es | has | acciones correctivas; plan de acción; próximos pasos; medidas correctivas; acciones preventivas
actions | es | has | acciones a seguir; elementos de acción
actions | es | is | acciones; mejoras; recomendaciones; seguimiento; tareas; pendientes; medidas; prevención
actions | es | is | acciones de mejora; puntos de acción
actions | pt | has | ações corretivas; plano de ação; próximos passos; medidas corretivas; ações preventivas
actions | pt | has | itens de ação
actions | pt | is | ações; melhorias; recomendações; acompanhamento; tarefas; pendências; medidas; prevenção
actions | pt | is | ações futuras; pontos de ação; planos
actions | it | has | azioni correttive; azioni preventive; prossimi passi; piano d'azione; azioni da intraprendere
actions | it | is | azioni; miglioramenti; raccomandazioni; attività; misure; prevenzione
actions | nl | has | actiepunten; vervolgacties; vervolgstappen; verbeterpunten; verbeteracties
actions | nl | is | acties; maatregelen; aanbevelingen; verbeteringen; volgende stappen; taken
actions | sv | has | åtgärder; tiltak; nästa steg; neste steg; handlingspunkter; næste skridt; aksjonspunkter
actions | sv | has | opfølgning; oppfølging; uppföljning; tiltag
actions | sv | is | aktiviteter; förbättringar; forbedringer; oppgaver; handlinger; handlingar; anbefalinger
actions | sv | is | rekommendationer; aktioner; veien videre
actions | pl | has | działania naprawcze; działania korygujące; kolejne kroki; następne kroki; plan działań
actions | pl | has | działania zapobiegawcze
actions | pl | is | działania; zadania; rekomendacje; usprawnienia
actions | ja | has | アクションアイテム; アクション; 再発防止; 再発防止策; 今後の対応; 恒久対応; 恒久対策; 対策
actions | ja | has | 今後の課題; 改善策; 今後の対策; やること
actions | zh | has | 行动项; 改进措施; 后续行动; 改进计划; 待办; 后续措施; 整改措施; 预防措施; 后续计划; 改进项
actions | zh | has | 行動項目; 跟进; 整改; 后续工作; 改善措施; 改进方案
"""

LABELS = """
people | en | has | attendees; responders; participants; people involved; involved; incident commander; on-call; on call
people | en | has | atendees; postmortem meeting
people | en | is | roles; who; team; teams; contributors; stakeholders; invitees; incident response team; reviewers
people | en | is | contacts; approvers; meeting; incident team; personnel; thanks; acknowledgements; acknowledgments
people | en | is | shout outs; kudos; credits; people; participants; incident lead
people | de | is | beteiligte; teilnehmer; ansprechpartner; personen
people | fr | is | participants; intervenants; personnes impliquées; équipe
people | es | is | participantes; involucrados; responsables
people | pt | is | participantes; envolvidos; responsáveis
people | ja | is | 参加者; 関係者; 対応者
people | zh | is | 参与人员; 参与人; 相关人员; 处理人; 负责人员
other | en | has | background; supporting information; related links; references; reference; links; glossary; appendix
other | en | has | appendices; further reading; technical elements; supporting data; screenshots; graphs; attachments
other | en | has | resources; footnotes; related incidents; situation at the time; metrics; statistics; stats; raw logs
other | en | has | chat log; slack log; irc log; related reading; table of contents; how to use; notes to the owner
other | en | has | sections above; instructions; checklist; before you publish; template usage; reviewing this; cost of
other | en | has | how-to; what to do when; what to do if
other | en | is | could it happen again; context; notes; note; architecture; logs; faq; q&a; questions; open questions
other | en | is | in closing; closing; closing remarks; apology; key terms; definitions; terminology; update; evidence
other | en | is | data; contents; toc; additional information; more information; comments; technical background
other | en | is | recurrence; see also; changelog; revision history; document history; feedback; investigation; process
other | en | is | details; prior incidents; sla; slo; time to recovery; communication; communications; sign-off
other | en | is | sign off; approvals; approval; tags; related; closing thoughts; final thoughts; final words
other | en | is | more details; supporting documentation; documentation; about; about us; credit
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
date | en | is | date; incident date; date of incident; date of the incident; event date; date(s); date of event; dates
date | en | is | occurred on; when; start date; outage date; date of outage; date occurred; date/time; date and time
date | en | is | date of occurrence; when did it happen; incident start date; day
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
start | en | is | start; start time; started; began; outage start; incident start; impact start; began at; started at
start | en | is | begin; time started; time of incident; incident started; start of incident; start of impact; from
start | en | is | start date/time; start date and time; incident start time; event start
start | de | is | beginn; start; anfang; störungsbeginn
start | fr | is | début; début de l'incident
start | es | is | inicio; comienzo; hora de inicio
start | pt | is | início; hora de início
start | ja | is | 発生時刻; 開始; 開始時刻; 開始日時
start | zh | is | 开始时间; 开始
written | en | is | published; posted; written; last updated; updated; date written; postmortem date; report date
written | en | is | date published; created; created at; review date; date of report; document date; postmortem created
written | en | is | last modified; reported; date created; date of postmortem; meeting date
written | de | is | erstellt; veröffentlicht; stand; erstellt am
zone | en | is | timezone; time zone; tz; zone
authors | en | is | author; authors; owner; owners; written by; author(s); by; postmortem owner; owner(s); report author
authors | en | is | prepared by; reporter; reported by; document owner; incident owner; postmortem author; report by
authors | en | is | editor; editors; postmortem lead; lead author; facilitator; scribe
authors | de | is | autor; autoren; verfasser; verantwortlich; autor*innen; autor:in; autorin; erstellt von
authors | fr | is | auteur; auteurs; rédacteur; auteur(s); rédigé par; responsable
authors | es | is | autor; autores; responsable; autor(es)
authors | pt | is | autor; autores; responsável; autor(es)
authors | it | is | autore; autori
authors | nl | is | auteur; auteurs; eigenaar
authors | sv | is | författare; forfatter; forfattere; skriven av; skrevet av; ansvarig; ansvarlig
authors | ja | is | 作成者; 著者; 担当者; 記入者; 報告者
authors | zh | is | 作者; 负责人; 撰写人; 报告人; 编写人
severity | en | is | severity; sev; severity level; priority; incident severity; level; impact level; criticality
severity | en | is | sev level; urgency; incident level
severity | de | is | schweregrad; priorität; kritikalität
severity | fr | is | sévérité; gravité; criticité; priorité
severity | es | is | severidad; gravedad; prioridad; criticidad
severity | pt | is | severidade; gravidade; prioridade; criticidade
severity | ja | is | 重大度; 深刻度; 重要度; 優先度; 障害レベル
severity | zh | is | 严重程度; 级别; 等级; 故障等级; 事故等级; 优先级
status | en | is | status; state; document status; postmortem status; report status; incident status; post-mortem status
status | en | is | current status; action status
status | de | is | status; zustand
status | fr | is | statut; état
status | es | is | estado; estatus
status | pt | is | estado; situação
status | ja | is | ステータス; 状態; 状況
status | zh | is | 状态; 狀態
duration | en | is | duration; outage duration; total duration; incident duration; length; downtime; time to resolution
duration | en | is | time to resolve; end; end time; mttr; ended; end date; time to repair; total downtime; resolved
duration | en | is | resolved at; outage end; time to mitigate; time to acknowledge; ttd; ttr; mttd; service; services
duration | en | is | product; component; components; environment; region; system; systems; incident id; incident number
duration | en | is | id; ticket; tags; customer; customers; category; type; incident type; project; tracking issue
duration | en | is | incident ticket; reference number; company; location
duration | de | is | dauer; ende; dienst; system
duration | fr | is | durée; fin
duration | es | is | duración; fin
duration | pt | is | duração; fim
duration | ja | is | 期間; 終了; 復旧時刻; 停止時間; 終了時刻
duration | zh | is | 持续时间; 时长; 结束时间; 故障时长
titled | en | is | title; incident title; name; incident name; subject; postmortem title; issue name; event; incident
titled | en | is | report title
"""
