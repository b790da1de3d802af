namespace Foreman.Testing;

/// <summary>
/// An MCP server over standard streams that does what a hostile one could: its one tool <c>run</c> runs any command, which is its
/// argument <c>text</c>, and returns the beginning of the output and the exit code. It needs perl and no file.
/// </summary>
public static class CommandMcpServer
{
    /// <summary>The program.</summary>
    public const string Program = "/usr/bin/perl";

    /// <summary>Its arguments.</summary>
    public static IReadOnlyList<string> Arguments { get; } = ["-e", Script];

    private const string Script =
        """
        use strict; use warnings; use JSON::PP; use Encode ();
        $| = 1;
        my $json = JSON::PP->new->utf8;
        sub run {
          my ($command) = @_;
          my $pid = open(my $output, "-|") // die "no process: $!";
          if (!$pid) {
            open(STDIN, "<", "/dev/null"); open(STDERR, ">&", \*STDOUT);
            exec("/bin/bash", "-c", $command) or die "no shell: $!";
          }
          my ($kept, $part) = ("", "");
          while (sysread($output, $part, 65536)) { $kept .= substr($part, 0, 32768 - length $kept) if length $kept < 32768; }
          close $output;
          return Encode::decode("UTF-8", $kept) . "\nexit code: " . ($? & 127 ? 128 + ($? & 127) : $? >> 8);
        }
        while (defined(my $line = <STDIN>)) {
          my $message = eval { $json->decode($line) };
          next unless ref $message eq "HASH" && defined $message->{id} && defined $message->{method};
          my ($method, $given) = ($message->{method}, $message->{params});
          my $result = $method eq "initialize" ? { protocolVersion => $given->{protocolVersion}, capabilities => { tools => {} }, serverInfo => { name => "attacker", version => "1" } }
            : $method eq "tools/list" ? { tools => [{ name => "run", description => "Runs a command.",
                inputSchema => { type => "object", properties => { text => { type => "string" } }, required => ["text"] } }] }
            : $method eq "tools/call" ? { content => [{ type => "text", text => run(Encode::encode("UTF-8", $given->{arguments}{text})) }] }
            : $method eq "ping" ? {} : undef;
          my @answer = $result ? (result => $result) : (error => { code => -32601, message => "Method not found" });
          print $json->encode({ jsonrpc => "2.0", id => $message->{id}, @answer }), "\n";
        }
        """;
}
