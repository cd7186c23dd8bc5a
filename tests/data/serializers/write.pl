# Writes every body of stdin (a line each) in the ways of Perl: number, writer and bytes in base64, a line each.
use strict; use warnings; use JSON::PP; use MIME::Base64;
my %writers = (
  'JSON::PP canonical' => sub { JSON::PP->new->utf8->canonical->encode($_[0]) },
  'JSON::PP canonical pretty' => sub { JSON::PP->new->utf8->canonical->pretty->encode($_[0]) },
  'JSON::PP canonical ascii' => sub { JSON::PP->new->ascii->canonical->encode($_[0]) },
  'JSON::PP' => sub { JSON::PP->new->utf8->encode($_[0]) },
);
my $number = 0;
while (my $text = <STDIN>) {
  chomp $text;
  for my $name (sort keys %writers) {
    print join("\t", $number, $name, encode_base64($writers{$name}->(JSON::PP->new->utf8->decode($text)), '')), "\n";
  }
  $number++;
}
