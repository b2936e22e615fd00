;;; emacs_session.el --- A session with dap-mode -*- lexical-binding: t -*-
;; As a person does: a breakpoint on the line of the cursor, a launch of the file's buffer, a look at the frame where it
;; stops, a step, and on to the end. What was seen goes to SEEN as JSON.

;;; Code:

(require 'dap-mode)
(require 'dap-ui)
(require 'json)
(setq dap-auto-configure-features nil
      dap-output-buffer-filter '("stdout")
      dap-print-io nil
      dap-breakpoints-file (concat (getenv "SEEN") ".breakpoints"))
(load (expand-file-name "emacs/llmspell.el" (getenv "EDITORS")))

(defvar seen-stops nil)
(defvar seen-over nil)

(defun seen-ask (session command arguments)
  "The body of the answer of SESSION to COMMAND with ARGUMENTS."
  (let (body (end (+ (float-time) 30)))
    (dap--send-message (dap--make-request command arguments)
                       (lambda (response) (setq body (gethash "body" response)))
                       session)
    (while (and (not body) (< (float-time) end)) (accept-process-output nil 0.02))
    body))

(defun seen-look (session thread reason)
  "Note where SESSION has stopped with THREAD for REASON."
  (let* ((frame (elt (gethash "stackFrames" (seen-ask session "stackTrace" (list :threadId thread))) 0))
         (scopes (gethash "scopes" (seen-ask session "scopes" (list :frameId (gethash "id" frame)))))
         (reference (gethash "variablesReference" (elt scopes 0)))
         (found (gethash "variables" (seen-ask session "variables" (list :variablesReference reference)))))
    (push `((reason . ,reason) (line . ,(gethash "line" frame)) (name . ,(gethash "name" frame))
            (variables . ,(mapcar (lambda (one) (cons (intern (gethash "name" one)) (gethash "value" one)))
                                  (append found nil))))
          seen-stops)))

(defvar seen-pending nil)
(advice-add 'dap--on-event :before
            (lambda (session event)
              (when (equal (gethash "event" event) "stopped")
                (push (list session (gethash "threadId" (gethash "body" event)) (gethash "reason" (gethash "body" event)))
                      seen-pending))
              (when (equal (gethash "event" event) "exited")
                (setq seen-over (gethash "exitCode" (gethash "body" event))))))

(find-file (getenv "PROGRAM"))
(goto-char (point-min))
(forward-line (1- (string-to-number (getenv "LINE"))))
(dap-breakpoint-toggle)
(dap-debug (list :type "llmspell" :request "launch" :name "llmspell: this script"))

(let ((end (+ (float-time) 60)))
  (while (and (not seen-over) (< (float-time) end))
    (accept-process-output nil 0.02)
    (when seen-pending
      (let ((stop (pop seen-pending)))
        (apply #'seen-look stop)
        (if (= (length seen-stops) 1)
            (dap--send-message (dap--make-request "next" (list :threadId (nth 1 stop))) #'ignore (car stop))
          (dap--send-message (dap--make-request "continue" (list :threadId (nth 1 stop))) #'ignore (car stop)))))))

(with-temp-file (getenv "SEEN")
  (insert (json-encode `((stops . ,(vconcat (reverse seen-stops))) (exit_code . ,seen-over)))))
;;; emacs_session.el ends here
