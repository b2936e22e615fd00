;;; llmspell.el --- Debug scripts of llmspell -*- lexical-binding: t -*-
;; For Emacs with dap-mode, or with dape (Emacs 29 and newer): (load "/path/to/llmspell.el") in the init file.
;; Then M-x dap-breakpoint-toggle and M-x dap-debug, or M-x dape-breakpoint-toggle and M-x dape.

;;; Code:

(defvar llmspell-path "llmspell"
  "The command llmspell: a name that is found on the path, or a path.")

(defvar dape-configs)
(declare-function dap-register-debug-provider "dap-mode")
(declare-function dap-register-debug-template "dap-mode")

(defun llmspell-dap-provider (configuration)
  "What is missing in CONFIGURATION, for dap-mode."
  (if (equal (plist-get configuration :request) "attach")
      (let ((port (or (plist-get configuration :debugServer) 4711)))
        (append (list :host (or (plist-get configuration :host) "127.0.0.1") :debugServer port) configuration))
    (append (list :dap-server-path (list llmspell-path "dap")
                  :program (or (plist-get configuration :program) buffer-file-name)
                  :cwd (or (plist-get configuration :cwd) default-directory))
            configuration)))

(with-eval-after-load 'dap-mode
  (dap-register-debug-provider "llmspell" #'llmspell-dap-provider)
  (dap-register-debug-template "llmspell: this script"
                               (list :type "llmspell" :request "launch" :name "llmspell: this script"))
  (dap-register-debug-template "llmspell: attach to port 4711"
                               (list :type "llmspell" :request "attach" :name "llmspell: attach")))

(with-eval-after-load 'dape
  (add-to-list 'dape-configs
               `(llmspell modes (lua-mode lua-ts-mode js-mode js-ts-mode js2-mode)
                          command ,llmspell-path
                          command-args ("dap")
                          command-cwd dape-command-cwd
                          :type "llmspell"
                          :request "launch"
                          :program dape-buffer-default
                          :cwd dape-cwd))
  (add-to-list 'dape-configs
               '(llmspell-attach modes (lua-mode lua-ts-mode js-mode js-ts-mode js2-mode)
                                 host "127.0.0.1"
                                 port 4711
                                 :type "llmspell"
                                 :request "attach")))

(provide 'llmspell)
;;; llmspell.el ends here
