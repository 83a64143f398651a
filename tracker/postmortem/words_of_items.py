"""The words around action items: names of columns, words for states, labels of values. A row is `meaning | phrases`."""

COLUMNS = """
text | action item; action items; action; actions; item; task; description; todo; to do; what; aktion; maßnahme; aufgabe
text | acción; tarea; ação; tarefa; azione; actie; åtgärd; tiltak; アクション; 内容; 対策; 行动; 措施; 行动项; 改进措施
text | 改进项; remediation; mesure; tâche; recommendation; improvement; follow-up; follow up; title; next step
text | corrective action; activity; work item; proposal; actionable; medida
owner | by whom; driver; point person; driven by; champion; owner; owners; assignee; assigned to; who; responsible
owner | assigned; dri; lead; poc; person; owner(s); assignee(s); team; responsibility; verantwortlich; zuständig; wer
owner | responsable; propriétaire; qui; dueño; encargado; responsável; dono; quem; responsabile; eigenaar; ansvarig
owner | ansvarlig; 担当; 担当者; 責任者; 负责人; 責任人; 责任人; owner/team; action owner; owned by; accountable
owner | point of contact; owning team
status | ✔; ✓; ✅; ✔️; y/n; resolution; % complete; percent complete; status; state; done; done?; progress
status | resolution status; completed?; stand; erledigt; statut; état; fait; estado; hecho; feito; stato; fatto
status | tillstånd; 状態; 状況; ステータス; 状态; 进度; 完成情况; complete; complete?; current status; finished
due | due; due date; deadline; by when; target date; eta; target; when; fällig; frist; termin; bis wann; échéance
due | date limite; délai; fecha; fecha límite; plazo; prazo; data limite; scadenza; deadline date; 期限; 期日; 截止日期
due | 截止时间; 完成时间; due by; timeframe; completion date; date due
priority | priority; prio; p; priorität; priorité; prioridad; prioridade; priorità; 優先度; 优先级; severity; importance
priority | urgency
kind | type; kind; category; typ; art; kategorie; catégorie; tipo; categoria; categoría; 種別; 種類; 分類; 类型; 类别
kind | action type; area; theme; theme/area
ticket | bug; ticket; issue; tracking; link; jira; tracking bug; tracking issue; issue link; links; reference
ticket | ticket link; github issue; lien; enlace; チケット; リンク; 链接; 工单; bug/ticket; issue/pr; pr; ticket id
ticket | jira ticket; tracking ticket; ref; url; issue #; bug #; github; story; issue id
closed | completed; completed on; closed on; date completed; done on; completion; erledigt am; closed; resolved on
closed | 完了日
time | time; date; timestamp; when; time (utc); date/time; date and time; time (utc+0); time utc; utc; zeit; uhrzeit
time | datum; zeitpunkt; heure; hora; fecha; data; ora; tijd; tidspunkt; tid; klockslag; 日時; 時刻; 時間; 时间
time | date & time; datetime; day; start; start time; from
end | end; end time; to; until; ende; bis; fin; fim; hasta; 終了; 结束
event | event; description; what happened; events; action; details; what; activity; ereignis; événement; evento; 内容
event | 事象; 事件; state; status; note; notes; update; message; comment; comments; entry; summary; observation
event | beschreibung; descripción; descrição; information; happening; info; event description
who | who; actor; author; by; person; source; user; name; participant; responder; wer; qui; quien; 担当; operator
"""
STATES = """
done | y; already done; already implemented; implemented already; gereed; afgerond; utført; gjort; ferdigstilt; færdigt
done | utfört; done; completed; complete; closed; finished; fixed; merged; shipped; released; deployed; implemented
done | resolved; yes; ✅; ☑; ☑️; ✔; ✔️; x; [x]; erledigt; fertig; abgeschlossen; umgesetzt; fait; terminé; terminée
done | fini; hecho; completado; terminado; feito; concluído; concluido; completo; fatto; completato; gedaan; klaar
done | klart; ferdig; færdig; zrobione; wykonane; 完了; 済; 済み; 対応済み; 已完成; 完成; 已解决; done!
done | :white_check_mark:; :heavy_check_mark:; :ballot_box_with_check:; 👍; 🎉; 🟢; live; rolled out; in place
done | delivered; ✓; 💚; verified; :check:; done.
in_progress | doing; in progress; in-progress; inprogress; wip; ongoing; started; in review; underway; in arbeit
in_progress | en cours; en curso; en progreso; 🔄; 🟡; 🚧; em andamento; in corso; bezig; pågår; pågående; w toku
in_progress | 進行中; 対応中; 进行中; partially done; partial; partially; partly done; :construction:; ⏳
in_progress | in development; in dev; working on it; being worked on; in bearbeitung; review; testing
in_progress | partially complete; partially completed; active
blocked | blocked; on hold; paused; waiting; stalled; blockiert; bloqué; bloqueado; bloqueada; ブロック; 阻塞; ⛔; 🚫
blocked | pending external
wont_do | won't do; wont do; won't fix; wontfix; cancelled; canceled; rejected; declined; obsolete; abandoned; not doing
wont_do | dropped; verworfen; abandonné; cancelado; descartado; rechazado; nicht umgesetzt; 中止; 取消; 不做; won’t do
wont_do | won’t fix; not planned; superseded; discarded; duplicate; no longer needed
open | outstanding; n; still open; open; todo; to do; to-do; not started; planned; new; backlog; pending; tbd; offen; geplant
open | à faire; ouvert; pendiente; abierto; por hacer; aberto; pendente; a fazer; aperto; da fare; open item; öppen
open | åpen; åben; 未着手; 未対応; 未完了; 未开始; 待办; 未完成; no; 🔴; ❌; failed; ☐; not done; scheduled; proposed
open | unassigned; assigned; not yet started; incomplete; ticketed; in backlog; 計画中; 计划中; 待处理; upcoming; queued
open | next; unresolved; proposal
"""
OWNER_LABELS = (
    "owner|owners|owner(s)|assignee|assigned to|assigned|responsible|who|dri|action owner|poc|driver"
    "|verantwortlich|zuständig"
    "|responsable|propriétaire|responsável|responsabile|eigenaar|ansvarlig|ansvarig|担当|担当者"
    "|负责人|責任者|encargado|dono|owned by"
)
DUE_LABELS = (
    "due|due date|deadline|due by|target date|target|eta|by|by when|fällig|fällig bis|frist|échéance"
    "|fecha límite|plazo|prazo"
    "|scadenza|期限|期日|截止日期|complete by|timeline|expected"
)
TICKET_LABELS = (
    "ticket|tickets|issue|issues|bug|jira|tracking|tracked in|link|tracked at|tracking issue|pr|bugs|チケット|工单|tracker"
)
PRIORITY_LABELS = "priority|prio|priorität|priorité|prioridad|prioridade|優先度|优先级"
STATUS_LABELS = "status|state|statut|estado|stand|状態|状态|ステータス|progress"
KIND_LABELS = "type|kind|category|typ|tipo|种类|種別|类型"
