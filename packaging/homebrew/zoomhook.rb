# packaging/manifests.py fills in what is in double braces.
class Zoomhook < Formula
  desc "Zoom webhooks on your laptop in one command"
  homepage "{{address}}"
  version "{{version}}"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "{{url aarch64-apple-darwin}}"
      sha256 "{{sha256 aarch64-apple-darwin}}"
    end
    on_intel do
      url "{{url x86_64-apple-darwin}}"
      sha256 "{{sha256 x86_64-apple-darwin}}"
    end
  end

  on_linux do
    on_arm do
      url "{{url aarch64-unknown-linux-gnu}}"
      sha256 "{{sha256 aarch64-unknown-linux-gnu}}"
    end
    on_intel do
      url "{{url x86_64-unknown-linux-gnu}}"
      sha256 "{{sha256 x86_64-unknown-linux-gnu}}"
    end
  end

  def install
    bin.install "zoomhook"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/zoomhook.bash" => "zoomhook"
    zsh_completion.install "completions/_zoomhook"
    fish_completion.install "completions/zoomhook.fish"
  end

  test do
    assert_match "verified", shell_output("#{bin}/zoomhook demo --fast 2>&1")
  end
end
