namespace Foreman.Kubernetes.Tests;

[Trait("Kind", "15")]
public sealed class TlsFilesTests : IDisposable
{
    private readonly CertificatePair _pair = new();
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();

    public void Dispose() => _pair.Dispose();

    [Fact]
    public void A_renewed_pair_is_used_after_the_interval_and_not_before()
    {
        var files = Open();
        _pair.Write(_pair.Second);

        _time.Advance(TlsFiles.CheckInterval - TimeSpan.FromMilliseconds(1));
        Assert.Equal("CN=first", files.Current().Certificate!.Subject);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("CN=second", files.Current().Certificate!.Subject);
        Assert.True(files.Current().Certificate!.HasPrivateKey);
    }

    [Fact]
    public void Files_that_hold_the_same_change_nothing()
    {
        var files = Open();
        var before = files.Current();
        _pair.Write(_pair.First);

        Assert.False(files.Reread());
        Assert.True(before.IsSame(files.Current()));
    }

    [Theory]
    [InlineData("half a certificate")]
    [InlineData("another key")]
    [InlineData("empty")]
    [InlineData("absent")]
    public void A_pair_that_is_half_written_leaves_the_old_one_and_is_read_again(string state)
    {
        var files = Open();
        switch (state)
        {
            case "half a certificate":
                _pair.Folder.Write("tls.crt", _pair.Second.ExportCertificatePem()[..200]);
                break;
            case "another key":
                _pair.Folder.Write("tls.crt", _pair.Second.ExportCertificatePem());
                break;
            case "empty":
                _pair.Folder.Write("tls.crt", "");
                break;
            default:
                File.Delete(_pair.Folder["tls.crt"]);
                break;
        }

        Assert.False(files.Reread());
        Assert.False(files.Reread());
        Assert.Equal("CN=first", files.Current().Certificate!.Subject);
        Assert.Single(_logger.Entries, e => e.Message.Contains("stay in use", StringComparison.Ordinal));

        _pair.Write(_pair.Second);
        Assert.True(files.Reread());
        Assert.Equal("CN=second", files.Current().Certificate!.Subject);
    }

    [Fact]
    public void A_folder_that_is_swapped_behind_its_link_as_Kubernetes_does_is_noticed()
    {
        _pair.Folder.Write("..1/ca.crt", _pair.First.ExportCertificatePem());
        _pair.Folder.Write("..2/ca.crt", _pair.Second.ExportCertificatePem());
        File.SetLastWriteTimeUtc(_pair.Folder["..2/ca.crt"], File.GetLastWriteTimeUtc(_pair.Folder["..1/ca.crt"]));
        Directory.CreateSymbolicLink(_pair.Folder["..data"], "..1");
        File.CreateSymbolicLink(_pair.Folder["ca.crt"], "..data/ca.crt");
        var files = new TlsFiles(Configuration() with { SslCaFile = _pair.Folder["ca.crt"], SslCaCerts = [_pair.First] }, _time, _logger);
        Directory.Delete(_pair.Folder["..data"]);
        Directory.CreateSymbolicLink(_pair.Folder["..data"], "..2");

        Assert.True(files.Reread());

        Assert.Equal("CN=second", Assert.Single(files.Current().Authorities!).Subject);
    }

    [Fact]
    public void A_list_of_authorities_that_ends_within_a_certificate_is_not_taken()
    {
        var both = _pair.First.ExportCertificatePem() + "\n" + _pair.Second.ExportCertificatePem();
        var files = new TlsFiles(
            Configuration() with { SslCaFile = _pair.Folder.Write("ca.crt", both), SslCaCerts = [_pair.First, _pair.Second] }, _time, _logger);
        _pair.Folder.Write("ca.crt", both[..^100]);

        Assert.False(files.Reread());
        Assert.Equal(2, files.Current().Authorities!.Count);
    }

    [Fact]
    public void New_authorities_are_taken_although_the_pair_cannot_be_read()
    {
        _pair.Write(_pair.First);
        var files = new TlsFiles(
            Configuration() with
            {
                ClientCertificate = _pair.First,
                ClientCertificateFile = _pair.Folder["tls.crt"],
                ClientKeyFile = _pair.Folder["tls.key"],
                SslCaFile = _pair.Folder.Write("ca.crt", _pair.Second.ExportCertificatePem()),
                SslCaCerts = [_pair.First],
            },
            _time,
            _logger);
        File.Delete(_pair.Folder["tls.key"]);

        Assert.True(files.Reread());
        Assert.Equal(("CN=first", "CN=second"), (files.Current().Certificate!.Subject, files.Current().Authorities![0].Subject));
    }

    [Fact]
    public void A_configuration_without_files_reads_none()
    {
        var files = new TlsFiles(Configuration() with { ClientCertificate = _pair.First }, _time, _logger);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Same(_pair.First, files.Current().Certificate);
        Assert.False(files.Reread());
    }

    private TlsFiles Open()
    {
        _pair.Write(_pair.First);
        return new(
            Configuration() with { ClientCertificate = _pair.First, ClientCertificateFile = _pair.Folder["tls.crt"], ClientKeyFile = _pair.Folder["tls.key"] },
            _time,
            _logger);
    }

    private static KubernetesClientConfiguration Configuration() => new() { Host = new Uri("https://localhost:1") };
}
