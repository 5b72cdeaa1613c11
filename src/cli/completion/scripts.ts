/** Shells that a script can be had for. Each asks `ringlet complete` for what the word before the cursor may become. */
export const SCRIPTS = {
  bash: `# For ringlet; put into ~/.bashrc: source <(ringlet completion bash)
_ringlet() {
  local line=\${COMP_LINE:0:COMP_POINT} each
  local -a found
  mapfile -t found < <("$1" complete --line "$line" 2>/dev/null)
  # Of a word with a colon or an equals sign bash replaces the last part only.
  local word=\${line##*[[:space:]]}
  local before=\${word%"\${word##*[:=]}"}
  COMPREPLY=()
  for each in "\${found[@]}"; do COMPREPLY+=("\${each#"$before"}"); done
  compopt -o filenames
  if [[ \${#found[@]} -eq 1 && \${found[0]} == */ ]]; then compopt -o nospace; fi
}
complete -o default -F _ringlet ringlet
`,
  zsh: `#compdef ringlet
# For ringlet; put into ~/.zshrc, below compinit: source <(ringlet completion zsh)
_ringlet() {
  local -a found folders others
  found=("\${(@f)$("$words[1]" complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  found=("\${(@)found:#}")
  if (( ! $#found )); then _files; return; fi
  folders=("\${(@M)found:#*/}")
  others=("\${(@)found:#*/}")
  (( $#folders )) && compadd -S '' -- "\${folders[@]}"
  (( $#others )) && compadd -- "\${others[@]}"
}
compdef _ringlet ringlet
`,
} as const;

export type Shell = keyof typeof SCRIPTS;
