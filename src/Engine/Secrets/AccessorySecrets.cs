using System.Security.Cryptography;
using ChainBridge.Engine.Hosts;

namespace ChainBridge.Engine.Secrets;

/// <summary>
/// The generated passwords of an environment's accessories and of its edge's admin side, in files of mode 0600. Whatever reads one also
/// teaches it to the redactor.
/// </summary>
internal sealed class AccessorySecrets(IHostFiles files, string state, Redactor redactor, bool onlyPlans = false)
{
    private string? _edgeKey;

    /// <summary>What the edge's admin side asks for, made on first use. A dot is in no accessory's name.</summary>
    public string EdgeKey => _edgeKey ??= PasswordOf("edge.admin");

    private string Folder => Path.Combine(state, "secrets");

    /// <summary>Where the accessory's password is kept.</summary>
    public string FileOf(string accessory) => Path.Combine(Folder, accessory);

    /// <summary>The accessory's password, made on first use.</summary>
    public string PasswordOf(string accessory)
    {
        var path = FileOf(accessory);
        var kept = files.Read(path);
        if (kept is null && onlyPlans) return "made when it is first needed";
        var password = kept?.Trim() ?? Make(path);
        redactor.Learn(password);
        return password;
    }

    /// <summary>Keeps the password that the team chose; null for one made here.</summary>
    public void Keep(string accessory, string? chosen)
    {
        if (chosen is null) PasswordOf(accessory);
        else Write(FileOf(accessory), chosen);
    }

    /// <summary>Forgets them all; with the data they protect.</summary>
    public void Remove()
    {
        _edgeKey = null;
        files.DeleteFolder(Folder);
    }

    private string Make(string path)
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        Write(path, password);
        return password;
    }

    private void Write(string path, string password)
    {
        files.MakePrivateFolder(Folder);
        files.Write(path, password, DurableFile.OwnerOnly);
    }
}
