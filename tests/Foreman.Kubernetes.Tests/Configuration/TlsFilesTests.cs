using System.Security.Cryptography.X509Certificates;

namespace Foreman.Kubernetes.Tests;

[Trait("Kind", "15")]
public sealed class TlsFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();
    private readonly X509Certificate2 _first = MutualTlsServer.Certificate("first");
    private readonly X509Certificate2 _second = MutualTlsServer.Certificate("second");

    public void Dispose()
    {
        _folder.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void A_renewed_pair_is_used_after_the_interval_and_not_before()
    {
        var files = Open();
        WritePair(_second);

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
        WritePair(_first);

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
                _folder.Write("tls.crt", _second.ExportCertificatePem()[..200]);
                break;
            case "another key":
                _folder.Write("tls.crt", _second.ExportCertificatePem());
                break;
            case "empty":
                _folder.Write("tls.crt", "");
                break;
            default:
                File.Delete(_folder["tls.crt"]);
                break;
        }

        Assert.False(files.Reread());
        Assert.False(files.Reread());
        Assert.Equal("CN=first", files.Current().Certificate!.Subject);
        Assert.Single(_logger.Entries, e => e.Message.Contains("stay in use", StringComparison.Ordinal));

        WritePair(_second);
        Assert.True(files.Reread());
        Assert.Equal("CN=second", files.Current().Certificate!.Subject);
    }

    [Fact]
    public void A_folder_that_is_swapped_behind_its_link_as_Kubernetes_does_is_noticed()
    {
        _folder.Write("..1/ca.crt", _first.ExportCertificatePem());
        _folder.Write("..2/ca.crt", _second.ExportCertificatePem());
        File.SetLastWriteTimeUtc(_folder["..2/ca.crt"], File.GetLastWriteTimeUtc(_folder["..1/ca.crt"]));
        Directory.CreateSymbolicLink(_folder["..data"], "..1");
        File.CreateSymbolicLink(_folder["ca.crt"], "..data/ca.crt");
        var files = new TlsFiles(Configuration() with { SslCaFile = _folder["ca.crt"], SslCaCerts = [_first] }, _time, _logger);
        Directory.Delete(_folder["..data"]);
        Directory.CreateSymbolicLink(_folder["..data"], "..2");

        Assert.True(files.Reread());

        Assert.Equal("CN=second", Assert.Single(files.Current().Authorities!).Subject);
    }

    [Fact]
    public void A_list_of_authorities_that_ends_within_a_certificate_is_not_taken()
    {
        var both = _first.ExportCertificatePem() + "\n" + _second.ExportCertificatePem();
        var files = new TlsFiles(
            Configuration() with { SslCaFile = _folder.Write("ca.crt", both), SslCaCerts = [_first, _second] }, _time, _logger);
        _folder.Write("ca.crt", both[..^100]);

        Assert.False(files.Reread());
        Assert.Equal(2, files.Current().Authorities!.Count);
    }

    [Fact]
    public void New_authorities_are_taken_although_the_pair_cannot_be_read()
    {
        WritePair(_first);
        var files = new TlsFiles(
            Configuration() with
            {
                ClientCertificate = _first,
                ClientCertificateFile = _folder["tls.crt"],
                ClientKeyFile = _folder["tls.key"],
                SslCaFile = _folder.Write("ca.crt", _second.ExportCertificatePem()),
                SslCaCerts = [_first],
            },
            _time,
            _logger);
        File.Delete(_folder["tls.key"]);

        Assert.True(files.Reread());
        Assert.Equal(("CN=first", "CN=second"), (files.Current().Certificate!.Subject, files.Current().Authorities![0].Subject));
    }

    [Fact]
    public void A_configuration_without_files_reads_none()
    {
        var files = new TlsFiles(Configuration() with { ClientCertificate = _first }, _time, _logger);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Same(_first, files.Current().Certificate);
        Assert.False(files.Reread());
    }

    private TlsFiles Open()
    {
        WritePair(_first);
        return new(
            Configuration() with { ClientCertificate = _first, ClientCertificateFile = _folder["tls.crt"], ClientKeyFile = _folder["tls.key"] },
            _time,
            _logger);
    }

    private void WritePair(X509Certificate2 certificate)
    {
        _folder.Write("tls.crt", certificate.ExportCertificatePem());
        _folder.Write("tls.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    private static KubernetesClientConfiguration Configuration() => new() { Host = new Uri("https://localhost:1") };
}
