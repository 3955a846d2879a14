# A shell with everything that building, testing and running need: node, tmux, git. No package output:
# nix would want download addresses in package-lock.json, which the lock file leaves out on purpose.
{
  description = "agents: runs and supervises fleets of AI coding agents in tmux";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      forEachSystem = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
      shell = pkgs: pkgs.mkShell { packages = [ pkgs.nodejs_24 pkgs.tmux pkgs.git ]; };
    in
    {
      devShells = forEachSystem (pkgs: { default = shell pkgs; });
      # The shell builds: every tool in it exists for that system.
      checks = forEachSystem (pkgs: { shell = shell pkgs; });
    };
}
