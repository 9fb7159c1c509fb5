class Hikae < Formula
  desc "Versioned mirror backup: plain, browsable copies and every past version"
  homepage "@HOMEPAGE@"
  version "@VERSION@"
  license "@LICENSE@"

  on_macos do
    on_arm do
      url "@BASE_URL@/hikae-aarch64-apple-darwin"
      sha256 "@SHA256:hikae-aarch64-apple-darwin@"
    end
    on_intel do
      url "@BASE_URL@/hikae-x86_64-apple-darwin"
      sha256 "@SHA256:hikae-x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "@BASE_URL@/hikae-aarch64-unknown-linux-gnu"
      sha256 "@SHA256:hikae-aarch64-unknown-linux-gnu@"
    end
    on_intel do
      url "@BASE_URL@/hikae-x86_64-unknown-linux-gnu"
      sha256 "@SHA256:hikae-x86_64-unknown-linux-gnu@"
    end
  end

  def install
    bin.install Dir["hikae-*"].first => "hikae"
    chmod 0755, bin/"hikae"
    generate_completions_from_executable(bin/"hikae", "completions")
    (man1/"hikae.1").write Utils.safe_popen_read(bin/"hikae", "man")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/hikae --version")
  end
end
