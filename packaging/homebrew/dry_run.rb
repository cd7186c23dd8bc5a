# Runs the steps of the formula without Homebrew, from the folder of an unpacked archive into another folder.
#
# usage: dry_run.rb FORMULA PREFIX
require "fileutils"
require "pathname"

# A folder that a formula installs files into.
Place = Struct.new(:folder) do
  def install(files)
    FileUtils.mkdir_p(folder)
    # A hash gives a file another name.
    renamed = files.is_a?(Hash) ? files : Array(files).to_h { |file| [file, File.basename(file)] }
    renamed.each { |file, name| FileUtils.cp(file, folder / name) }
  end
end

# Homebrew's class, as far as the formula uses it.
class Formula
  PREFIX = Pathname.new(ARGV.fetch(1))
  PLACES = {
    bin: "bin",
    man1: "share/man/man1",
    bash_completion: "etc/bash_completion.d",
    zsh_completion: "share/zsh/site-functions",
    fish_completion: "share/fish/vendor_completions.d",
  }.freeze

  PLACES.each { |name, path| define_method(name) { Place.new(PREFIX / path) } }

  # Addresses, checksums and the test have no effect here.
  %i[desc homepage version license on_macos on_linux test].each { |name| define_singleton_method(name) { |*| nil } }
end

load ARGV.fetch(0)
Zoomhook.new.install
