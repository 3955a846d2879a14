# Stands in for nixpkgs where there is no network: every output of our flake is evaluated against it. It
# must know each package that flake.nix names; one that it lacks is an evaluation error, as a misspelt one is.
{
  outputs = { self }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      packages = system: {
        nodejs_24 = "nodejs_24";
        tmux = "tmux";
        git = "git";
        # Looks at every package, so that none stays unevaluated.
        mkShell = { packages }: derivation {
          name = "shell";
          inherit system;
          builder = "/bin/sh";
          args = [ "-c" "echo ${toString packages} > $out" ];
        };
      };
      each = names: value: builtins.listToAttrs (map (name: { inherit name; value = value name; }) names);
    in
    {
      lib.genAttrs = each;
      legacyPackages = each systems packages;
    };
}
